import { ALARMS, type AlarmName } from './alarms.ts'
import { type StatusFacts, UNREACHABLE_SECONDS } from './health.ts'
import type { Alarm } from './status.ts'
import { asClause, bytesInWords, counted, timeInWords, timeOfDay } from './words.ts'

/** Rounds by which others' word of themselves is late anyway. */
const LEVEL = 1

/** Rounds are compared where a run ends with one; elsewhere who came late has done fewer, and lags in nothing. */
const place = ({ round, done, medianRound }: StatusFacts): string => {
  if (done !== null) return `${Math.floor(100 * done)} % of the run over`
  if (medianRound === null) return `round ${round}`
  const behind = medianRound - round
  if (Math.abs(behind) <= LEVEL) return 'level with the median'
  return `${counted(Math.abs(behind), 'round')} ${behind > 0 ? 'behind' : 'ahead of'} the median`
}

const traffic = ({ bytes }: StatusFacts): string => `${bytesInWords(bytes.upRate)}/s up`

const alone = (facts: StatusFacts): string => {
  const { known, noneForSeconds } = facts.links
  if (known === 0) return 'nobody else is known'
  const none = `none of ${counted(known, 'known member')} can be reached`
  const long = noneForSeconds !== null && noneForSeconds >= UNREACHABLE_SECONDS
  return long ? `${none}, for ${timeInWords(noneForSeconds)} now` : `${none} yet`
}

const paused = (facts: StatusFacts): string => {
  const until = facts.resumesAt === null ? '' : ` until ${timeOfDay(facts.resumesAt)}`
  const { up } = facts.links
  const company = up === 0 ? alone(facts) : `following ${counted(up, 'neighbour')}`
  return `paused by the schedule${until}, ${company}`
}

const following = (facts: StatusFacts): string => {
  const { role, links, round } = facts
  if (role === 'bootstrap') {
    return links.known === 0
      ? 'waiting for members to introduce to each other'
      : `introducing ${counted(links.known, 'member')} to each other, ${traffic(facts)}`
  }
  if (links.up === 0) return `following nobody, at round ${round}: ${alone(facts)}`
  return `following ${counted(links.up, 'neighbour')}, ${place(facts)}, ${traffic(facts)}`
}

const joining = (facts: StatusFacts): string => {
  const { up } = facts.links
  if (up === 0) return `waiting for the first neighbour: ${alone(facts)}`
  return `catching up with ${counted(up, 'neighbour')}, ${place(facts)}`
}

const training = (facts: StatusFacts): string => {
  const { up } = facts.links
  if (up === 0) return `training alone, round ${facts.round}: ${alone(facts)}`
  return `averaging with ${counted(up, 'neighbour')}, ${place(facts)}, ${traffic(facts)}`
}

const doing = (facts: StatusFacts): string => {
  switch (facts.phase) {
    case 'starting':
      return 'starting: reading data, opening the model'
    case 'joining':
      return joining(facts)
    case 'training':
      return training(facts)
    case 'following':
      return following(facts)
    case 'paused':
      return paused(facts)
    case 'stopping':
      return 'stopping: finishing the round, parting from the neighbours'
    case 'finished':
      return `finished at round ${facts.round}`
  }
}

const briefly = ({ name, text }: Alarm): string =>
  name in ALARMS ? ALARMS[name as AlarmName].brief : asClause(text)

/** What the line says already. */
const isSaid = ({ name }: Alarm): boolean => name === 'no-peers-reachable'

/** One sentence for people, without a full stop: what the peer does, and the worst that is wrong with it. */
export const stateLine = (facts: StatusFacts): string => {
  const [worst, ...others] = facts.alarms.filter((alarm) => !isSaid(alarm))
  if (worst === undefined) return doing(facts)
  const more = others.length === 0 ? '' : ` (${counted(others.length, 'more alarm')})`
  return `${doing(facts)}, but ${briefly(worst)}${more}`
}
