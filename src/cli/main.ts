import { Command, CommanderError } from 'commander'
import { InvalidInputError } from '../errors.ts'
import { addCompareCommand } from './commands/compare.ts'
import { addDoctorCommand } from './commands/doctor.ts'
import { addEvaluateCommand } from './commands/evaluate.ts'
import { addExportCommand } from './commands/export.ts'
import { addFetchCommand } from './commands/fetch.ts'
import { addGenerateCommand } from './commands/generate.ts'
import { addJoinCommand } from './commands/join.ts'
import { addPeerCommand } from './commands/peer.ts'
import { addReportCommand } from './commands/report.ts'
import { addSimulateCommand } from './commands/simulate.ts'
import { addStatusCommand } from './commands/status.ts'
import { addSwarmCommand } from './commands/swarm.ts'
import { addSweepCommand } from './commands/sweep.ts'
import { printError } from './print-error.ts'
import { versionOfProgram } from './version.ts'

export const EXIT = { finished: 0, failed: 1, badInput: 2 } as const

const createProgram = (): Command => {
  const program = new Command('swarmgrad')
    .description('Train a model together without a server')
    .version(versionOfProgram())
    .exitOverride()
    .showHelpAfterError('(run it with --help to see what it takes)')
  addSimulateCommand(program)
  addSweepCommand(program)
  addCompareCommand(program)
  addReportCommand(program)
  addSwarmCommand(program)
  addJoinCommand(program)
  addFetchCommand(program)
  addPeerCommand(program)
  addStatusCommand(program)
  addEvaluateCommand(program)
  addGenerateCommand(program)
  addExportCommand(program)
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
