import { parseScenario, type Scenario } from '../../../../src/simulation/scenario.ts'

/** Eight peers with data that nobody has to read. */
export const DOCUMENT = {
  name: 'tiny',
  peers: 8,
  model: { name: 'mlp', hidden: [8] },
  data: { name: 'glyphs' },
  training: { learningRate: 0.1, localSteps: 8, steps: 80 },
  strategy: { name: 'gossip-averaging', gamma: 0.5 },
  compression: { name: 'int8' },
  topology: { name: 'random-regular', degree: 4 },
  evaluateEvery: 2
} as const

export const scenarioWith = (fields: object = {}): Scenario =>
  parseScenario({ ...DOCUMENT, ...fields })
