import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { InvalidInputError } from '../errors.ts'
import { addDoctorCommand } from './commands/doctor.ts'
import { addPeerCommand } from './commands/peer.ts'
import { addReportCommand } from './commands/report.ts'
import { addSimulateCommand } from './commands/simulate.ts'
import { addSweepCommand } from './commands/sweep.ts'
import { printError } from './print-error.ts'

export const EXIT = { finished: 0, failed: 1, badInput: 2 } as const

/** From src/cli/ and from dist/cli/ alike. */
const PACKAGE = new URL('../../package.json', import.meta.url)

const versionOf = (file: URL): string => JSON.parse(readFileSync(file, 'utf8')).version

const createProgram = (): Command => {
  const program = new Command('swarmgrad')
    .description('Train a model together without a server')
    .version(versionOf(PACKAGE))
    .exitOverride()
    .showHelpAfterError('(run it with --help to see what it takes)')
  addSimulateCommand(program)
  addSweepCommand(program)
  addReportCommand(program)
  addPeerCommand(program)
  addDoctorCommand(program)
  return program
}

/** A reader such as `head` may leave early: that ends the printing, not the run. */
const surviveClosedPipes = (): void => {
  process.stderr.on('error', () => {})
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return
    process.stderr.write(`swarmgrad: cannot write to stdout: ${error.message}\n`)
    process.exitCode = EXIT.failed
  })
}

/** Parses and runs one command line; sets the exit code (docs/simulating.md lists them). */
export const main = async (argv: readonly string[]): Promise<void> => {
  surviveClosedPipes()
  try {
    await createProgram().parseAsync([...argv])
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has printed its message; asking for help is not a mistake.
      process.exitCode = error.exitCode === 0 ? EXIT.finished : EXIT.badInput
      return
    }
    printError(error)
    process.exitCode = error instanceof InvalidInputError ? EXIT.badInput : EXIT.failed
  }
}
