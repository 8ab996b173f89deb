import type { Command } from 'commander'

export interface ReportFlags {
  readonly out?: string
  readonly force?: true
}

const EXAMPLES = `
Examples:
  swarmgrad report runs/mine
  swarmgrad report runs/ring/results.json runs/torus/results.json --out ring-or-torus.html

Exit status: 0 finished, 1 failed, 2 bad input.`

export const addReportCommand = (program: Command): void => {
  program
    .command('report')
    .description('make a page of one run, or of several side by side')
    .argument('<results...>', 'results.json of each run, or the folder that it is in')
    .option(
      '--out <file>',
      'the page to write (default: report.html beside the results; of several runs, here)'
    )
    .option('--force', 'overwrite a file that no report of ours is in')
    .addHelpText('after', EXAMPLES)
    .action(async (paths: readonly string[], flags: ReportFlags) => {
      const { report } = await import('../report.ts')
      await report(paths, flags)
    })
}
