/** Faults that contradict the scenario or each other: found before the run, not during it. */
import type { Problem } from '../../errors.ts'
import type { Fault } from './fault-schema.ts'

interface Named {
  readonly fault: Fault
  readonly path: string
}

type Stay = Extract<Fault, { kind: 'join' | 'leave' | 'crash' }>

const strangers = ({ fault, path }: Named, peers: number): Problem[] => {
  const listed = fault.kind === 'partition' ? fault.groups.flat() : (fault.peers ?? [])
  const stranger = listed.find((peer) => peer >= peers)
  const problems: Problem[] = []
  const field = fault.kind === 'partition' ? 'groups' : 'peers'
  if (stranger !== undefined) {
    const rule = `names peer ${stranger}, and the peers are 0 to ${peers - 1}`
    problems.push({
      path: `${path}.${field}`,
      rule,
      remedy: 'give numbers of peers that there are'
    })
  }
  if (new Set(listed).size < listed.length) {
    const seen = new Set<number>()
    const twice = listed.find((peer) => seen.size === seen.add(peer).size)
    const remedy = 'list every peer once'
    problems.push({ path: `${path}.${field}`, rule: `names peer ${twice} twice`, remedy })
  }
  return problems
}

const backwards = ({ fault, path }: Named): Problem[] => {
  const [begins, ends, field] =
    fault.kind === 'partition' || fault.kind === 'churn'
      ? [fault.fromMs, fault.toMs, 'toMs']
      : fault.kind === 'join'
        ? [fault.atMs, null, '']
        : [fault.atMs, fault.returnMs, 'returnMs']
  if (ends === null || ends > begins) return []
  const rule =
    field === 'returnMs'
      ? `a peer that goes at ${begins} ms cannot be back at ${ends} ms`
      : `must be after fromMs, ${begins}, is ${ends}`
  return [{ path: `${path}.${field}`, rule, remedy: `give more than ${begins}, or null` }]
}

/** What befalls one peer, in the order of its times. */
type Life = ReadonlyArray<{ readonly stay: Stay; readonly path: string }>

const livesOf = (named: readonly Named[]): ReadonlyMap<number, Life> => {
  const lives = new Map<number, Array<{ stay: Stay; path: string }>>()
  for (const { fault, path } of named) {
    if (fault.kind !== 'join' && fault.kind !== 'leave' && fault.kind !== 'crash') continue
    for (const peer of fault.peers) {
      const life = lives.get(peer) ?? []
      life.push({ stay: fault, path })
      lives.set(peer, life)
    }
  }
  for (const life of lives.values()) life.sort((a, b) => a.stay.atMs - b.stay.atMs)
  return lives
}

/** A peer goes only while it is there, and comes for the first time only once. */
const contradictions = (peer: number, life: Life): Problem[] => {
  const problems: Problem[] = []
  const joins = life.findIndex(({ stay }) => stay.kind === 'join')
  life.forEach(({ stay, path }, i) => {
    const say = (rule: string, remedy: string): void =>
      void problems.push({ path: `${path}.atMs`, rule, remedy })
    if (stay.kind === 'join') {
      if (i > joins) say(`peer ${peer} joins a second time`, 'give a returnMs where it goes')
      return
    }
    if (i < joins) {
      const { atMs } = life[joins]!.stay
      say(`peer ${peer} goes before it joins at ${atMs} ms`, `give more than ${atMs}`)
      return
    }
    const before = life[i - 1]?.stay
    if (before === undefined || before.kind === 'join') return
    if (before.returnMs === null) {
      say(
        `peer ${peer} goes although it has gone for good at ${before.atMs} ms`,
        'give a returnMs there, or remove this'
      )
    } else if (before.returnMs > stay.atMs) {
      const { returnMs } = before
      say(`peer ${peer} goes while it is away until ${returnMs} ms`, `give ${returnMs} or more`)
    }
  })
  return problems
}

/** Chance and plan cannot both decide when a peer is there. */
const mixtures = (
  named: readonly Named[],
  lives: ReadonlyMap<number, Life>,
  peers: number
): Problem[] => {
  const chosen = new Map<number, string>()
  for (const { fault, path } of named) {
    if (fault.kind !== 'churn') continue
    const listed = fault.peers ?? Array.from({ length: peers }, (_, peer) => peer)
    for (const peer of listed) {
      const other = chosen.get(peer) ?? lives.get(peer)?.find(gone)?.path
      chosen.set(peer, path)
      if (other === undefined) continue
      const rule = `peer ${peer} is also in ${other}`
      return [{ path: `${path}.peers`, rule, remedy: 'list the peers of churn, without it' }]
    }
  }
  return []
}

const gone = ({ stay }: Life[number]): boolean => stay.kind !== 'join'

export const faultProblems = (faults: readonly Fault[], peers: number): Problem[] => {
  const named = faults.map((fault, i) => ({ fault, path: `faults[${i}]` }))
  const each = named.flatMap((one) => [...strangers(one, peers), ...backwards(one)])
  if (each.length > 0) return each
  const lives = livesOf(named)
  return [
    ...[...lives].sort(([a], [b]) => a - b).flatMap(([peer, life]) => contradictions(peer, life)),
    ...mixtures(named, lives, peers)
  ]
}
