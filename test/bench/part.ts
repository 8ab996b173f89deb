/** One part of the bench, alone in its process: peak memory and compiled code are its own. */
import { measureMnist } from './mnist-overhead.ts'
import { type QuadraticSwarm, runQuadratics } from './quadratic-swarm.ts'

export type Part =
  | { readonly kind: 'mnist'; readonly folder: string; readonly steps: number }
  | {
      readonly kind: 'quadratics'
      readonly swarm: QuadraticSwarm
      /** Run first and thrown away: the code is compiled then. */
      readonly warmUp: QuadraticSwarm | null
      readonly repeats: number
    }

const run = async (part: Part): Promise<object> => {
  if (part.kind === 'mnist') return measureMnist(part.folder, part.steps)
  if (part.warmUp !== null) await runQuadratics(part.warmUp)
  const times = []
  for (let i = 0; i < part.repeats; i++) times.push(await runQuadratics(part.swarm))
  return { times, peakBytes: process.resourceUsage().maxRSS * 1024 }
}

const [text = ''] = process.argv.slice(2)
process.stdout.write(JSON.stringify(await run(JSON.parse(text))))
