import type { FoundCheckpoints } from './newest-checkpoint.ts'
import type { OpenedLog } from './record-log.ts'

const ALONE =
  'no whole checkpoint is left, and the replica with it: the peer begins with the first replica and ' +
  'its own records, takes the rest from its neighbours, and trains when it has it (if there are none, ' +
  'move the state folder away and begin with an empty one)'

/** What the operator should know about how a state was found. */
export const openingNotices = (
  { newest, damaged }: FoundCheckpoints,
  { records, first, floor }: OpenedLog,
  recordsFolder: string
): readonly string[] => {
  const from =
    newest === null
      ? `${ALONE} (${records.length} records)`
      : `going on from round ${newest.record.round} in ${newest.path} and ${records.length} records since`
  const notices = damaged.map(
    ({ path, damage }) => `the checkpoint ${path} is damaged (${damage}): ${from}`
  )
  if (newest === null && damaged.length === 0 && first !== null && first > 0) {
    notices.push(`${recordsFolder} has records of a later time only: ${from}`)
  }
  if (newest !== null && floor > newest.number) {
    notices.push(`the oldest records in ${recordsFolder} were dropped to save room: ${from}`)
  }
  return notices
}
