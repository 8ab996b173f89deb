/** What a comparison is asked for, checked as a whole before anything starts or is written. */
import { availableParallelism } from 'node:os'
import { InvalidInputError, type Problem } from '../../errors.ts'
import type { LeftOut } from '../../report/strategies/comparison.ts'
import { parseScenario, type Scenario } from '../../simulation/scenario.ts'
import { STRATEGIES } from '../../strategy/registry.ts'
import { choice } from '../../swarm/spelling.ts'
import type { CompareFlags } from '../commands/compare.ts'
import { Gathered } from '../gathered.ts'
import { withTopology } from '../model-file.ts'
import { checkFolder } from '../run-folder.ts'
import { overridden, readScenarioDocument, tryData } from '../scenario-file.ts'
import { parseJobs } from '../sweep/jobs.ts'
import { parseSeeds } from '../sweep/seeds.ts'
import { conditionsOf, type PlannedCondition } from './conditions.ts'
import { type Entrant, entrantsOf } from './entrants.ts'

export interface ComparePlan {
  readonly name: string
  /** The scenario as it was named on the command line. */
  readonly path: string
  /** The scenario after --set. */
  readonly document: unknown
  readonly scenario: Scenario
  /** `--set` texts, and the mode. */
  readonly overrides: readonly string[]
  readonly seeds: readonly number[]
  readonly conditions: readonly PlannedCondition[]
  readonly entrants: readonly Entrant[]
  readonly leftOut: readonly LeftOut[]
  /** Virtual runs at once; live ones. */
  readonly jobs: { readonly virtual: number; readonly live: number }
}

const WHOLE = /^\d+$/
const MAX_PEERS = 10_000
const DEFAULT_SEEDS = '3'

const wholeNames = (text: string): readonly string[] => text.split(',').map((part) => part.trim())

/** @throws InvalidInputError */
const parseStrategies = (text: string): readonly string[] => {
  const names = wholeNames(text)
  const problems = names.flatMap((name, index): Problem[] => {
    const known = Object.keys(STRATEGIES)
    if (!Object.hasOwn(STRATEGIES, name)) {
      const rule = `unknown strategy '${name.slice(0, 60)}'`
      return [{ path: '--strategies', rule, remedy: choice(name, known) }]
    }
    if (names.indexOf(name) === index) return []
    return [{ path: '--strategies', rule: `gives ${name} twice`, remedy: 'give each once' }]
  })
  if (problems.length > 0) throw new InvalidInputError(problems)
  return names
}

/** @throws InvalidInputError */
const parsePeers = (text: string): readonly number[] =>
  wholeNames(text).map((part) => {
    const peers = Number(part)
    if (WHOLE.test(part) && peers >= 2 && peers <= MAX_PEERS) return peers
    const rule = `must be whole numbers from 2 to ${MAX_PEERS} with commas between, is '${text}'`
    throw new InvalidInputError([{ path: '--peers', rule, remedy: 'write it like --peers 4,8' }])
  })

/** Models that have nothing to be compared by, or that no command can train. */
const modelProblems = ({ model }: Scenario): readonly Problem[] => {
  const path = 'model.name'
  if (model.name === 'averaging') {
    const rule = 'averaging trains nothing that strategies could be compared by'
    return [{ path, rule, remedy: 'choose another model; swarmgrad sweep compares its graphs' }]
  }
  if (model.name !== 'custom') return []
  const rule = 'custom brings a trainer of its own, which only a program can'
  return [{ path, rule, remedy: 'simulate it through the library (docs/library.md)' }]
}

const noStrategy = (leftOut: readonly LeftOut[]): readonly Problem[] =>
  leftOut.map(({ strategy, reason }) => ({
    path: strategy,
    rule: `cannot run this scenario: ${reason}`,
    remedy: 'change the scenario, or override the field with --set'
  }))

/** @throws InvalidInputError with everything that is wrong with flags, scenario and data */
export const readComparePlan = async (path: string, flags: CompareFlags): Promise<ComparePlan> => {
  const { strategies, seeds = DEFAULT_SEEDS, peers, jobs, out, live, set = [] } = flags
  const found = new Gathered()
  const named =
    strategies === undefined ? null : await found.from(() => parseStrategies(strategies))
  const seedList = await found.from(() => parseSeeds(seeds))
  const counts = peers === undefined ? null : await found.from(() => parsePeers(peers))
  const wanted = jobs === undefined ? null : await found.from(() => parseJobs(jobs))
  if (out !== undefined) await found.from(() => checkFolder(out))
  const read = await found.from(async () => ({ document: await readScenarioDocument(path) }))
  const overrides = [...set, `mode=${live === true ? 'live' : 'virtual'}`]
  const base = overridden(read?.document, overrides)
  found.add(base.problems)
  const document = await found.from(() => withTopology(base.document))
  if (!found.empty) throw found.toError()

  const scenario = await found.from(() => parseScenario(document))
  if (scenario !== null) found.add(modelProblems(scenario))
  if (scenario !== null && found.empty) await found.from(() => tryData(document))
  if (scenario === null || !found.empty) throw found.toError()
  const conditions = conditionsOf(scenario, { peers: counts, quick: flags.quick === true })
  const { entrants, leftOut } = entrantsOf({
    document,
    scenario,
    strategies: named ?? Object.keys(STRATEGIES),
    conditions
  })
  const refused = leftOut.filter(({ condition }) => condition === null)
  // Whoever names a strategy wants it; of all that there are, those that cannot are left out.
  if (entrants.length === 0 || (named !== null && refused.length > 0)) {
    throw new InvalidInputError(noStrategy(refused))
  }
  return {
    name: scenario.name,
    path,
    document,
    scenario,
    overrides,
    seeds: seedList!,
    conditions,
    entrants,
    leftOut,
    jobs: { virtual: wanted ?? availableParallelism(), live: wanted ?? 1 }
  }
}
