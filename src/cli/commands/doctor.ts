import type { Command } from 'commander'

export interface DoctorFlags {
  readonly state?: string
  readonly json?: true
}

const DETAILS = `
Every backend that is installed computes known numbers: products, convolutions and their gradients.
Where something would make this machine faster, a line names the command that installs it.

With a link, every address in it is called, step by step, and every member that answers is asked: for the
manifest, whether it lets strangers in, what time it is, how it sees this machine, whether it can call
back, and whether it relays. Nothing is joined, and an invite is not used up.

Exit status: 0 a peer can work here, 1 something essential is broken, 2 bad input.`

export const addDoctorCommand = (program: Command): void => {
  program
    .command('doctor')
    .description('say what this machine can do, whether a swarm can be reached, and what is wrong')
    .argument('[link]', 'of a swarm, in quotes')
    .option('--state <folder>', 'where a peer would live (default: as join has it)')
    .option('--json', 'print one JSON document on stdout, and nothing else')
    .addHelpText('after', DETAILS)
    .action(async (link: string | undefined, flags: DoctorFlags) => {
      const { doctor } = await import('../doctor.ts')
      await doctor(link, flags)
    })
}
