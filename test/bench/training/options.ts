import { parseArgs } from 'node:util'
import { InvalidInputError, type Problem } from '../../../src/errors.ts'
import { BACKENDS, type BackendName } from './backends.ts'
import { CASES } from './cases.ts'

/** What can be left out. */
export const PARTS = ['steps', 'cold-start', 'growth', 'peers'] as const
export type Part = (typeof PARTS)[number]

export interface Options {
  /** An interpreter that has torch. */
  readonly torch: string | null
  readonly json: boolean
  readonly models: readonly string[]
  readonly backends: readonly BackendName[]
  readonly parts: readonly Part[]
  readonly rounds: number
  /** Of one turn. */
  readonly seconds: number
}

const DEFAULT_ROUNDS = 7
const DEFAULT_SECONDS = 1
const MOST = 1000

const USAGE =
  'give [--torch PYTHON] [--json] [--models LIST] [--backends LIST] [--parts LIST] [--rounds N] [--seconds S]'

const optionsIn = (args: readonly string[]) => {
  try {
    const text = { type: 'string' } as const
    return parseArgs({
      args: [...args],
      options: {
        torch: text,
        json: { type: 'boolean', default: false },
        models: text,
        backends: text,
        parts: text,
        rounds: text,
        seconds: text
      }
    }).values
  } catch (error) {
    const [rule = ''] = (error as Error).message.split('. ')
    throw new InvalidInputError([{ path: 'bench:training', rule, remedy: USAGE }])
  }
}

/**
 * From the command line without the program's name.
 *
 * @throws InvalidInputError
 */
export const readOptions = (args: readonly string[]): Options => {
  const given = optionsIn(args)
  const problems: Problem[] = []

  const list = <T extends string>(flag: string, text: string | undefined, known: readonly T[]) => {
    if (text === undefined) return known
    const names = text.split(',')
    const unknown = names.filter((name) => !known.includes(name as T))
    if (unknown.length > 0) {
      const rule = `"${unknown.join('", "')}" is not among them`
      problems.push({ path: `--${flag}`, rule, remedy: `give some of ${known.join(',')}` })
    }
    return known.filter((name) => names.includes(name))
  }

  const number = (flag: string, text: string | undefined, fallback: number, whole: boolean) => {
    if (text === undefined) return fallback
    const value = Number(text)
    if (value > 0 && value <= MOST && (!whole || Number.isInteger(value))) return value
    const rule = `must be a ${whole ? 'whole number' : 'number'} above 0 and at most ${MOST}`
    problems.push({ path: `--${flag}`, rule, remedy: `give one such as ${fallback}` })
    return fallback
  }

  const options: Options = {
    torch: given.torch ?? null,
    json: given.json ?? false,
    models: list('models', given.models, Object.keys(CASES)),
    backends: list('backends', given.backends, BACKENDS),
    parts: list('parts', given.parts, PARTS),
    rounds: number('rounds', given.rounds, DEFAULT_ROUNDS, true),
    seconds: number('seconds', given.seconds, DEFAULT_SECONDS, false)
  }
  if (problems.length > 0) throw new InvalidInputError(problems)
  return options
}
