/** The scenario as it is, and with one thing changed: how many peers, what the network loses, who stays. */
import type { Condition } from '../../report/strategies/comparison.ts'
import type { Fault } from '../../simulation/faults/fault-schema.ts'
import type { Amount } from '../../simulation/network-schema.ts'
import type { Scenario } from '../../simulation/scenario.ts'
import type { TopologyConfig } from '../../swarm/recipe.ts'

export interface PlannedCondition extends Condition {
  /** Part of its runs' names. */
  readonly id: string
  readonly overrides: readonly string[]
}

/** Probability that a frame is lost, beside what the scenario's links lose. */
const LOSS = 0.01
const MAX_LOSS = 0.5
/** A peer is there for so many times the run's computing, and away for so much of it. */
const UP = 4
const AWAY = 0.25
/** Beyond this twice the peers is not run unless it is asked for. */
const MAX_DOUBLED = 128

const assign = (path: string, value: unknown): string => `${path}=${JSON.stringify(value)}`

/** The middle value that peers draw. */
export const middleOf = (amount: Amount): number => {
  if (typeof amount === 'number') return amount
  return amount.distribution === 'uniform' ? (amount.from + amount.to) / 2 : amount.median
}

/** The same kind of graph for another number of peers: a degree that so many can have. */
const topologyFor = (topology: TopologyConfig, peers: number): TopologyConfig => {
  if (topology.name !== 'random-regular') return topology
  const most = Math.min(topology.degree, peers - 1)
  const degree = peers % 2 === 1 && most % 2 === 1 ? most - 1 : most
  return degree === 0 ? { name: 'full' } : { ...topology, degree }
}

/** What befalls peers that there still are. */
const faultsFor = (faults: readonly Fault[], peers: number): readonly Fault[] => {
  const there = (some: readonly number[]): number[] => some.filter((peer) => peer < peers)
  return faults.flatMap((fault): Fault[] => {
    if (fault.kind === 'partition') {
      const groups = fault.groups.map(there).filter(({ length }) => length > 0)
      return groups.length === 0 ? [] : [{ ...fault, groups }]
    }
    if (fault.peers === null) return [fault]
    const left = there(fault.peers)
    return left.length === 0 ? [] : [{ ...fault, peers: left } as Fault]
  })
}

const withPeers = (scenario: Scenario, peers: number): PlannedCondition => ({
  kind: 'peers',
  id: `peers-${peers}`,
  peers,
  text: `${peers} peers`,
  label: `${peers} peers`,
  overrides: [
    assign('peers', peers),
    assign('topology', topologyFor(scenario.topology, peers)),
    assign('faults', faultsFor(scenario.faults, peers))
  ]
})

const withLoss = ({ network, peers }: Scenario): PlannedCondition => {
  const more = (loss: number): number => Math.min(MAX_LOSS, loss + LOSS)
  const classes = network.classes.map((one) => ({ ...one, loss: more(one.loss) }))
  return {
    kind: 'loss',
    id: 'loss',
    peers,
    text: `${100 * LOSS} % of the frames lost`,
    label: `${100 * LOSS} % loss`,
    overrides: [assign('network', { ...network, loss: more(network.loss), classes })]
  }
}

/** Whoever came late or was cut off still does; goings are drawn for all instead of planned. */
const withChurn = ({ faults, peers, training, stepMs }: Scenario): PlannedCondition => {
  const computing = Math.max(1, training.steps * middleOf(stepMs))
  const kept = faults.filter(({ kind }) => kind === 'join' || kind === 'partition')
  const churn = { kind: 'churn', meanUpMs: UP * computing, meanAwayMs: AWAY * computing }
  return {
    kind: 'churn',
    id: 'churn',
    peers,
    text: 'peers that come and go',
    label: 'churn',
    overrides: [assign('faults', [...kept, churn])]
  }
}

export interface ConditionsWanted {
  /** Numbers of peers to try; null: half and double. */
  readonly peers: readonly number[] | null
  /** Only the scenario as it is. */
  readonly quick: boolean
}

/** As asked first. Loss and churn can be made in virtual time only. */
export const conditionsOf = (
  scenario: Scenario,
  { peers: wanted, quick }: ConditionsWanted
): readonly PlannedCondition[] => {
  const { peers, mode } = scenario
  const asked: PlannedCondition = {
    kind: 'asked',
    id: 'asked',
    peers,
    text: 'as asked',
    label: 'as asked',
    overrides: []
  }
  const most = mode === 'live' ? 64 : MAX_DOUBLED
  const usual = quick ? [] : [Math.ceil(peers / 2), 2 * peers].filter((n) => n >= 2 && n <= most)
  const others = [...new Set(wanted ?? usual)].filter((count) => count !== peers)
  return [
    asked,
    ...others.sort((a, b) => a - b).map((count) => withPeers(scenario, count)),
    ...(quick || mode === 'live' || peers === 1 ? [] : [withLoss(scenario), withChurn(scenario)])
  ]
}
