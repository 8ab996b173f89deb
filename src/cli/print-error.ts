import { InvalidInputError, RunFailedError } from '../errors.ts'

/** Names and values come from files: what would steer the terminal is not printed. */
export const harmless = (text: string): string => text.replace(/(?!\n)\p{Cc}/gu, '\uFFFD')

const print = (text: string): void => void process.stderr.write(`${harmless(text)}\n`)

/** On stderr: every problem with its remedy for bad input, one sentence for a failed run. */
export const printError = (error: unknown): void => {
  if (error instanceof InvalidInputError) {
    const { problems } = error
    print(problems.length === 1 ? '1 problem:' : `${problems.length} problems:`)
    for (const { path, rule, remedy } of problems) print(`  ${path}: ${rule}\n    ${remedy}`)
    return
  }
  if (error instanceof RunFailedError) {
    print(`swarmgrad: ${error.message}`)
    return
  }
  print(`swarmgrad: unexpected: ${error instanceof Error ? error.message : String(error)}`)
  if (process.env['SWARMGRAD_DEBUG'] === undefined) print('(SWARMGRAD_DEBUG=1 shows where)')
  else if (error instanceof Error) print(error.stack ?? '')
}
