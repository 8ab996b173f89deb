/** A mishap at every step of a protocol: when its messages come, and one of them that has another fate. */
import type { PeerName } from '../../src/strategy/strategy.ts'
import type { Fate } from './fates.ts'

/** What has a kind, whatever strategy it is of. */
interface Said {
  readonly kind: string
}

type DecideOf<M extends Said> = (to: PeerName, from: PeerName, message: M, atMs: number) => Fate

/** A message is handled. */
export interface Moment {
  readonly atMs: number
  readonly from: number
  readonly to: number
}

/** Of a virtual swarm's member, by its name. */
export const numberOf = (name: PeerName): number => Number(name.slice(-5))

/** Notes when messages of each kind are handled in a run without a mishap. */
export const recorder = <M extends Said>() => {
  const moments = new Map<M['kind'], Moment[]>()
  const fate: DecideOf<M> = (to, from, { kind }, atMs) => {
    const seen = moments.get(kind) ?? []
    seen.push({ atMs, from: numberOf(from), to: numberOf(to) })
    moments.set(kind, seen)
    return 'comes'
  }
  return { moments, fate }
}

/** Of the messages of one kind: the first, and one in the middle of the run. */
export const chosen = (moments: readonly Moment[]): readonly number[] => [
  ...new Set([0, Math.floor(moments.length / 2)])
]

/** The nth message of a kind has this fate, and no other. `times`: how often it has happened. */
export const once = <M extends Said>(kind: M['kind'], nth: number, what: Fate) => {
  let seen = 0
  const fired = { times: 0 }
  const fate: DecideOf<M> = (_to, _from, message) => {
    if (message.kind !== kind || seen++ !== nth) return 'comes'
    fired.times++
    return what
  }
  return { fired, fate }
}

/** The faults of a setting, and that a peer dies for good just after that moment, in the place of all that befalls `returning`. */
const alsoDies = (
  faults: readonly object[],
  victim: number,
  atMs: number,
  returning: number
): readonly object[] => [
  ...faults.filter((fault) => !('peers' in fault && victim === returning)),
  { kind: 'crash', peers: [victim], atMs: atMs + 0.001 }
]

/** Lost although the link stays up; twice; after the next event; its receiver is frozen. */
const FATES: readonly Fate[] = ['never', 'twice', 'late', { stallsMs: 150 }, { stallsMs: 900 }]

interface Mishap<M extends Said> {
  readonly what: string
  /** Who dies of it for good; null: nobody. */
  readonly victim: number | null
  /** What becomes of the message. */
  readonly fate: Fate
  /** What it changes in the setting of the run. */
  readonly setting: { readonly faults: readonly object[] } | { readonly fate: DecideOf<M> }
  /** How often the message has had its fate. */
  readonly fired: { readonly times: number }
}

/** Of one kind of message: the sender or the receiver of the chosen ones dies, and all that may become of one. */
export const mishapsWith = function* <M extends Said>(
  kind: M['kind'],
  moments: readonly Moment[],
  faults: readonly object[],
  returning: number
): Generator<Mishap<M>> {
  for (const nth of chosen(moments)) {
    const { atMs, from, to } = moments[nth]!
    for (const victim of [from, to]) {
      const what = `${kind} ${nth}: ${victim} of ${from} to ${to} dies at ${atMs}`
      const setting = { faults: alsoDies(faults, victim, atMs, returning) }
      yield { what, victim, fate: 'comes', setting, fired: { times: 0 } }
    }
    for (const fate of FATES) {
      const { fired, fate: decide } = once<M>(kind, nth, fate)
      const what = `${kind} ${nth}: ${JSON.stringify(fate)}`
      yield { what, victim: null, fate, setting: { fate: decide }, fired }
    }
  }
}
