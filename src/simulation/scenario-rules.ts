/** Rules that join several fields of a scenario. */
import { topologyProblems } from '../consensus/topologies.ts'
import { dataProblems } from '../data/data-problems.ts'
import { textPartitionProblems } from '../data/text-partition.ts'
import type { Problem } from '../errors.ts'
import type { RecipeRule } from '../strategy/facts.ts'
import { STRATEGIES, strategiesWith } from '../strategy/registry.ts'
import { strategyPeersProblems, strategyProblems } from '../strategy/strategy-problems.ts'
import type { DataConfig } from '../swarm/recipe.ts'
import { faultProblems } from './faults/fault-problems.ts'
import type { Amount, LinkConfig } from './network-schema.ts'
import type { Scenario } from './scenario.ts'

/** Every live peer is a process of its own. */
const MAX_LIVE_PEERS = 64

/** The fields it needs, and what is wrong with them when each by itself is right. */
export interface Rule<K extends keyof Scenario = keyof Scenario> {
  readonly fields: readonly K[]
  problemsIn(values: Pick<Scenario, K>): readonly Problem[]
}

const rule = <K extends keyof Scenario>(
  fields: readonly K[],
  problemsIn: (values: Pick<Scenario, K>) => readonly Problem[]
): Rule => ({ fields, problemsIn: problemsIn as Rule['problemsIn'] })

/** A strategy's rule, for scenarios of this strategy. */
const ownRule =
  (name: string) =>
  ({ fields, problemsIn }: RecipeRule): Rule =>
    rule(['strategy', ...fields], (scenario) =>
      scenario.strategy.name === name ? problemsIn(scenario) : []
    )

const when = (wrong: boolean, path: string, text: string, remedy: string): readonly Problem[] =>
  wrong ? [{ path, rule: text, remedy }] : []

const FETCHED: readonly string[] = ['mnist', 'mnist-10k']
const FROM_FILES: readonly string[] = [...FETCHED, 'cifar10', 'csv', 'images', 'text']

type DataKind = 'nothing' | 'text' | 'rows'

interface Saying {
  readonly sentence: string
  readonly remedy: string
}

const kindOf = (name: DataConfig['name']): DataKind => {
  if (name === 'none') return 'nothing'
  return name === 'text' ? 'text' : 'rows'
}

/** What a model learns from; rows, unless it is named here. */
const NEEDED: Readonly<Record<string, DataKind>> = {
  quadratic: 'nothing',
  averaging: 'nothing',
  custom: 'nothing',
  gpt: 'text'
}

const saying = (needed: DataKind, given: DataKind): Saying => {
  switch (needed) {
    case 'nothing':
      return { sentence: 'has no data', remedy: 'set data.name to none' }
    case 'text':
      return { sentence: 'needs a text', remedy: 'set data.name to text' }
    case 'rows': {
      const sentence = given === 'text' ? 'cannot learn from a text' : 'needs data'
      return {
        sentence,
        remedy: 'choose a dataset of rows (docs/data.md), such as glyphs or mnist'
      }
    }
  }
}

const backwards = (amount: Amount, path: string): readonly Problem[] =>
  when(
    typeof amount === 'object' && amount.distribution === 'uniform' && amount.from > amount.to,
    `${path}.from`,
    'must not be above to',
    'exchange the two'
  )

const linkProblems = ({ latencyMs }: Pick<LinkConfig, 'latencyMs'>, path: string) =>
  backwards(latencyMs, `${path}.latencyMs`)

export const RULES: readonly Rule[] = [
  rule(['strategy'], ({ strategy }) => strategyProblems(strategy)),
  rule(['strategy', 'peers'], ({ strategy, peers }) => strategyPeersProblems(strategy, peers)),
  rule(['topology', 'peers'], ({ topology, peers }) => topologyProblems(topology, peers)),
  rule(['faults', 'peers'], ({ faults, peers }) => faultProblems(faults, peers)),
  rule(['mode', 'peers'], ({ mode, peers }) =>
    when(
      mode === 'live' && peers > MAX_LIVE_PEERS,
      'peers',
      `a live run starts one process for each peer, ${MAX_LIVE_PEERS} at most, not ${peers}`,
      'give fewer peers, or run it in virtual time with --virtual'
    )
  ),
  rule(['mode', 'faults'], ({ mode, faults }) =>
    when(
      mode === 'live' && faults.length > 0,
      'faults',
      'can be injected in virtual time only',
      'run it with --virtual, or remove them'
    )
  ),
  rule(['mode', 'until', 'model'], ({ mode, until, model }) =>
    when(
      until !== null && (mode === 'live' || model.name !== 'averaging'),
      'until',
      'needs virtual time, and replicas that begin apart: the model averaging',
      'remove it, or set model.name to averaging and run with --virtual'
    )
  ),
  rule(['until', 'faults'], ({ until, faults }) =>
    when(
      until !== null && faults.some(({ kind }) => kind !== 'partition'),
      'until',
      'is a distance between all peers, and with these faults some are away',
      'remove it, or keep only partitions'
    )
  ),
  rule(['model', 'data'], ({ model, data }) => {
    const needed = NEEDED[model.name] ?? 'rows'
    const given = kindOf(data.name)
    const { sentence, remedy } = saying(needed, given)
    return when(given !== needed, 'data.name', `the model ${model.name} ${sentence}`, remedy)
  }),
  rule(['data'], ({ data }) => (data.name === 'text' ? textPartitionProblems(data.partition) : [])),
  rule(['model', 'baselines'], ({ model, baselines }) =>
    when(
      ['averaging', 'custom'].includes(model.name) && baselines.length > 0,
      'baselines',
      `the model ${model.name} trains nothing that could be compared`,
      'remove them'
    )
  ),
  ...Object.entries(STRATEGIES).flatMap(([name, { rules }]) => rules.map(ownRule(name))),
  rule(['strategy', 'budget'], ({ strategy, budget }) =>
    when(
      budget !== null && !strategiesWith('budget').includes(strategy.name),
      'budget',
      `${strategy.name} has nothing that it could choose by a budget`,
      `remove it, or take ${strategiesWith('budget').join(', ')}`
    )
  ),
  rule(['strategy', 'data'], ({ strategy, data }) =>
    when(
      strategy['weighting'] === 'gain' && data.validation === 0,
      'data.validation',
      'a weighting by gain is measured on rows that nobody trains on',
      'give a share of the rows, such as 0.1, or choose another strategy.weighting'
    )
  ),
  rule(['strategy', 'training'], ({ strategy, training }) =>
    when(
      training.staleRate === true && !strategiesWith('staleRate').includes(strategy.name),
      'training.staleRate',
      `${strategy.name} has a rate that is the same for all its peers`,
      `remove it, or take one of ${strategiesWith('staleRate').join(', ')}`
    )
  ),
  rule(['data'], ({ data }) => [
    ...dataProblems(data),
    ...when(
      data.path !== null && !FROM_FILES.includes(data.name),
      'data.path',
      `must be null for ${data.name}, which reads no files`,
      'remove it, or choose another dataset: data.name'
    ),
    ...when(
      data.url !== null && (data.path !== null || !FETCHED.includes(data.name)),
      'data.url',
      'is where files are fetched from that data.path does not name',
      'remove it, or data.path'
    )
  ]),
  rule(['stepMs'], ({ stepMs }) => backwards(stepMs, 'stepMs')),
  rule(['network'], ({ network }) => [
    ...linkProblems(network, 'network'),
    ...network.classes.flatMap((one, i) => linkProblems(one, `network.classes[${i}]`))
  ])
]
