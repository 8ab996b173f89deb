/**
 * What the page is told of a status: first all of it, then what has changed. A thousand members that
 * all change in every second are 100 kB a second so, and 380 kB otherwise; what stands still costs nothing.
 */
import type { CurvePoint } from '../peer/monitor/source.ts'
import type { MemberStatus, PeerStatus } from '../peer/monitor/status.ts'

/** `heardSecondsAgo` would change with every second that passes: when it was does not. */
export type ShownMember = Omit<MemberStatus, 'heardSecondsAgo'> & {
  /** Milliseconds since 1970, by the peer's clock. */
  readonly heardAt: number | null
}

export type ShownStatus = Omit<PeerStatus, 'members'> & {
  readonly members: ReadonlyMap<string, ShownMember>
}

/** In the order of `Change`: applied to what the page has, field by field. */
export interface Change {
  readonly peer: string
  /** Fields of the status, but for its members. */
  readonly set: Readonly<Record<string, unknown>>
  /** By name, the fields that changed; all of them where the member is new. */
  readonly members: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly gone: readonly string[]
}

/** Ages are rounded on their way: below this, a moment is the same as before. */
const SAME_MOMENT_MS = 1500

const shownMember = (
  { heardSecondsAgo, ...member }: MemberStatus,
  now: number,
  before: ShownMember | undefined
): ShownMember => {
  if (heardSecondsAgo === null) return { ...member, heardAt: null }
  const heardAt = Math.round(now - 1000 * heardSecondsAgo)
  const last = before?.heardAt ?? null
  const same = last !== null && Math.abs(last - heardAt) < SAME_MOMENT_MS
  return { ...member, heardAt: same ? last : heardAt }
}

export const shown = (status: PeerStatus, before: ShownStatus | undefined): ShownStatus => {
  const now = Date.parse(status.at)
  const members = status.members.map((member): [string, ShownMember] => [
    member.name,
    shownMember(member, now, before?.members.get(member.name))
  ])
  return { ...status, members: new Map(members) }
}

const same = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object') return false
  // Lists of names are most of what is compared.
  if (Array.isArray(a) && Array.isArray(b) && a.length !== b.length) return false
  if (Array.isArray(a) && Array.isArray(b) && a.every((one, index) => one === b[index])) return true
  return JSON.stringify(a) === JSON.stringify(b)
}

/** The fields of `next` that are not those of `before`. */
const changed = (
  before: Readonly<Record<string, unknown>>,
  next: Readonly<Record<string, unknown>>
): Record<string, unknown> =>
  Object.fromEntries(Object.entries(next).filter(([name, value]) => !same(before[name], value)))

export const changeBetween = (before: ShownStatus, next: ShownStatus): Change => {
  const { members: were, ...old } = before
  const { members: are, ...now } = next
  const members: Record<string, Readonly<Record<string, unknown>>> = {}
  for (const [name, member] of are) {
    const fields = changed({ ...were.get(name) }, { ...member })
    if (Object.keys(fields).length > 0) members[name] = fields
  }
  const gone = [...were.keys()].filter((name) => !are.has(name))
  return { peer: next.self, set: changed(old, now), members, gone }
}

/** As it stands in JSON. */
export const wholeStatus = ({ members, ...status }: ShownStatus): unknown => ({
  ...status,
  members: Object.fromEntries(members)
})

/** A point without its names: there are thousands. */
export const pointRow = (point: CurvePoint): readonly (number | null)[] => [
  point.at,
  point.round,
  point.loss,
  point.accuracy,
  point.testLoss,
  point.bytesSent,
  point.bytesReceived
]
