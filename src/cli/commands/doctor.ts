import type { Command } from 'commander'

export interface DoctorFlags {
  readonly json?: true
}

const DETAILS = `
Every backend that is installed computes known numbers: products, convolutions and their gradients.
Where something would make this machine faster, the last line is the command that installs it.

Exit status: 0 finished, 1 failed, 2 bad input.`

export const addDoctorCommand = (program: Command): void => {
  program
    .command('doctor')
    .description('say what this machine computes with, and what would be faster')
    .option('--json', 'print one JSON document on stdout, and nothing else')
    .addHelpText('after', DETAILS)
    .action(async (flags: DoctorFlags) => {
      const { doctor } = await import('../doctor.ts')
      await doctor(flags)
    })
}
