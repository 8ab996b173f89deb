/** What comes of a vote: the members of the next view, and the replica that they begin from. Pure. */
import type { Milliseconds, PeerName } from '../strategy.ts'
import type { Member, Vote } from './kinds.ts'
import { bestMark, compareInRing, compareMarks, type Mark, sameMark } from './mark.ts'
import { isQuorum, type Memory, merged, NO_MEMORY } from './view.ts'

export interface Ballot extends Omit<Vote, 'kind'> {
  readonly name: PeerName
}

export interface Question {
  /** The ring that is to go on; null: a new one begins. */
  readonly ring: string | null
  /** The name of a new one. */
  readonly fresh: string
  /** Go on as a ring of its own where these are no majority. */
  readonly split: boolean
  /** Who waits for a job of its own for longer is left out, or not taken in. */
  readonly patience: Milliseconds
  /** Nothing is wrong: members may take their time. */
  readonly gentle: boolean
  /** Who is not to be a member for now. */
  readonly barred: ReadonlySet<PeerName>
}

export interface Plan {
  readonly ring: string
  readonly memory: Memory
  readonly base: Mark
  readonly members: readonly Member[]
  readonly sources: ReadonlyArray<PeerName | null>
  /** Who has been a member and is left out: it stands still, or cannot reach the others. */
  readonly leftOut: readonly PeerName[]
  /** Who has not been one, and has no link with one of the members, or none yet. */
  readonly early: readonly PeerName[]
}

const areLinked = (a: Ballot, b: Ballot): boolean =>
  a.linked.includes(b.name) && b.linked.includes(a.name)

/** Every two of them can reach each other. */
export const areAllLinked = (ballots: readonly Ballot[]): boolean =>
  ballots.every((a) => ballots.every((b) => a === b || areLinked(a, b)))

/** All that can reach each other; of two that cannot, the one goes that lacks more, or comes later. */
const reachable = (ballots: readonly Ballot[]): readonly Ballot[] => {
  let left = ballots
  for (;;) {
    const lacking = left.map((a) => left.filter((b) => a !== b && !areLinked(a, b)).length)
    const most = Math.max(0, ...lacking)
    if (most === 0) return left
    const worst = lacking.lastIndexOf(most)
    left = left.filter((_, index) => index !== worst)
  }
}

/** Members as they are, and of the others those that reach all of them. */
const choose = (
  ballots: readonly Ballot[],
  isMember: (ballot: Ballot) => boolean
): readonly Ballot[] => {
  const chosen = [...reachable(ballots.filter(isMember))]
  for (const joiner of ballots.filter((ballot) => !isMember(ballot))) {
    if (chosen.every((member) => areLinked(member, joiner))) chosen.push(joiner)
  }
  return chosen.sort(byName)
}

const byName = (a: Ballot, b: Ballot): number => (a.name < b.name ? -1 : 1)

/** Null: these may not go on. */
export const decide = (ballots: readonly Ballot[], question: Question): Plan | null => {
  const { ring, fresh, split, patience, gentle, barred } = question
  const own = ring === null ? ballots : ballots.filter((ballot) => ballot.ring === ring)
  const memory = ring === null ? NO_MEMORY : merged(own)
  const whole = ring === null || isQuorum(memory, new Set(own.map(({ name }) => name)))
  if (!whole && !split) return null
  const compare = ring === null ? compareMarks : (a: Mark, b: Mark) => compareInRing(ring, a, b)
  const base = bestMark(
    own.map(({ mark }) => mark),
    compare
  )
  const willing = ballots.filter(({ leaving, name }) => !leaving && !barred.has(name))
  const known = [memory.confirmed, ...memory.attempts].flatMap((view) => view?.members ?? [])
  const hasBeen = ({ name }: Ballot): boolean => known.includes(name)
  const isMember = (ballot: Ballot): boolean => ring === null || hasBeen(ballot)
  const awake = willing.filter((ballot) => (gentle && isMember(ballot)) || ballot.busy <= patience)
  const chosen = choose((awake.length > 0 ? awake : willing).toSorted(byName), isMember)
  const holders = ballots.filter(({ mark }) => sameMark(mark, base)).map(({ name }) => name)
  // Those who stay rather than those who wait to go.
  const staying = holders.filter((name) => chosen.some((ballot) => ballot.name === name))
  const givers = staying.length > 0 ? staying : holders
  const left = willing.filter((ballot) => !chosen.includes(ballot))
  let turn = 0
  return {
    ring: whole && ring !== null ? ring : fresh,
    memory: whole ? memory : NO_MEMORY,
    base,
    members: chosen.map(({ name, trains, pace }) => ({ name, trains, pace })),
    sources: chosen.map(({ mark }) =>
      sameMark(mark, base) ? null : givers[turn++ % givers.length]!
    ),
    leftOut: left.filter(hasBeen).map(({ name }) => name),
    early: left.filter((ballot) => !hasBeen(ballot)).map(({ name }) => name)
  }
}
