import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { InvalidInputError, type Problem } from '../../errors.ts'
import { type Rounds, RoundsDigest } from '../../report/rounds/digest.ts'
import type { Results } from '../../storage/results.ts'
import { type RoundRecord, roundRecordSchema } from '../../storage/round-record.ts'
import { check } from '../../swarm/problems.ts'
import { reasonOf } from '../read-document.ts'

/** A record is some 300 characters. */
const MAX_LINE = 1 << 16
const NEWLINE = 0x0a

const REMEDY = 'remove or rename the file to make a report without it'

const wrong = (file: string, line: number, rule: string): InvalidInputError =>
  new InvalidInputError([{ path: `${file}:${line}`, rule, remedy: REMEDY }])

interface Line {
  readonly text: string
  readonly number: number
  /** False for what follows the last newline of the file. */
  readonly ended: boolean
}

/** Line by line, in memory for one of them. @throws InvalidInputError on one that is too long */
async function* linesOf(file: string): AsyncGenerator<Line> {
  let number = 1
  let kept: Buffer[] = []
  let length = 0
  const take = (part: Buffer): void => {
    length += part.length
    if (length > MAX_LINE) throw wrong(file, number, `must be at most ${MAX_LINE} bytes long`)
    if (part.length > 0) kept.push(part)
  }
  const line = (ended: boolean): Line => {
    const text = Buffer.concat(kept).toString('utf8')
    kept = []
    length = 0
    return { text, number: number++, ended }
  }
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      take(chunk.subarray(start, end))
      yield line(true)
      start = end + 1
    }
    take(chunk.subarray(start))
  }
  if (length > 0) yield line(false)
}

const problemText = ({ path, rule }: Problem): string =>
  path === '(document)' ? rule : `${path} ${rule}`

/** The record, or why it is none. */
const parse = (text: string): RoundRecord | string => {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    return 'must be valid JSON'
  }
  // The common case first: the messages of `check` take five times as long to prepare.
  const { data } = roundRecordSchema.safeParse(document)
  if (data !== undefined) return data
  const { problems } = check(roundRecordSchema, document)
  return `is no round's record: ${problems.slice(0, 3).map(problemText).join(', ')}`
}

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    (info) => info.isFile(),
    () => false
  )

const CUT =
  'The last line of rounds.jsonl is cut off, as after an interrupted run, and is left out.'

const digest = async (file: string, results: Results): Promise<Rounds> => {
  const gathered = new RoundsDigest(results)
  const known = new Set(results.peersDetail.map(({ peer }) => peer))
  const notes: string[] = []
  for await (const { text, number, ended } of linesOf(file)) {
    if (text.trim() === '') continue
    const record = parse(text)
    if (typeof record === 'string') {
      if (ended) throw wrong(file, number, record)
      notes.push(CUT)
    } else if (known.has(record.peer)) {
      gathered.add(record)
    } else {
      const rule = `is of peer ${record.peer}, which is not in the results: it belongs to another run`
      throw wrong(file, number, rule)
    }
  }
  return gathered.finish(notes)
}

/** What charts need of a run's rounds.jsonl; null where there is none. @throws InvalidInputError */
export const readRounds = async (file: string, results: Results): Promise<Rounds | null> => {
  if (!(await isThere(file))) return null
  try {
    return await digest(file, results)
  } catch (error) {
    if (error instanceof InvalidInputError) throw error
    const rule = `cannot be read: ${reasonOf(error)}`
    throw new InvalidInputError([{ path: file, rule, remedy: 'check the path' }])
  }
}
