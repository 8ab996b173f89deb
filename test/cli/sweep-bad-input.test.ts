import { type BadInput, declareRefusals } from '../integration/refusals.ts'

const grid = (...axes: readonly string[]): string[] => [
  'tiny',
  ...axes.flatMap((axis) => ['--grid', axis])
]

const hundred = Array.from({ length: 100 }, (_, index) => index + 1).join(',')

const BAD: readonly BadInput[] = [
  { what: 'no scenario', args: [], says: ["'scenario'"] },
  {
    what: 'a missing folder',
    args: ['nowhere', '--grid', 'peers=1,2'],
    says: ['nowhere:', 'no such file']
  },
  {
    what: 'a path that no scenario has',
    args: grid('training.leraningRate=0.1,0.2'),
    says: ['1 problem:', 'training.leraningRate: unknown key', 'did you mean learningRate?']
  },
  {
    what: 'a value that is impossible in some cells',
    args: grid('topology={"name":"random-regular","degree":4}', 'peers=4,8'),
    says: ['topology.degree (with topology={"name":"random-regular","degree":4} peers=4)']
  },
  {
    what: 'a misspelt value',
    args: grid('topology.name=ring,tours'),
    says: ['topology.name (with topology.name=tours):', 'did you mean torus?']
  },
  {
    what: 'a value given twice',
    args: grid('peers=4,8,4'),
    says: ['--grid peers=4,8,4:', 'twice']
  },
  {
    what: 'an axis given twice',
    args: grid('peers=4,8', 'peers=16'),
    says: ['--grid peers=16: peers is an axis already', 'in one --grid']
  },
  {
    what: 'an axis that another one replaces',
    args: grid('topology.name=ring,full', 'topology={"name":"ring"}'),
    says: ['are the same scenario', 'changes nothing']
  },
  {
    what: 'an axis that --set has set',
    args: [...grid('peers=4,8'), '--set', 'peers=16'],
    says: ['--set peers=16: is replaced by the --grid of the same path']
  },
  { what: 'an axis below a number', args: grid('peers.x=1,2'), says: ['--grid peers.x=1'] },
  { what: 'seeds as an axis', args: grid('seed=1,2'), says: ['--grid seed=1,2:', '--seeds 1,2,5'] },
  { what: 'a brace without its other half', args: grid('topology={"name":"ring"'), says: ['half'] },
  { what: 'an empty value', args: grid('peers=4,'), says: ['--grid peers=4,: has an empty value'] },
  {
    what: 'more than 10,000 runs',
    args: [...grid(`peers=${hundred}`, `stepMs=${hundred}`), '--seeds', '2'],
    says: ['--grid: asks for 20000 runs, and 10000 are the most']
  },
  { what: 'seeds that are none', args: [...grid('peers=4,8'), '--seeds', '1,x'], says: ["'x'"] },
  { what: 'jobs that are none', args: [...grid('peers=4,8'), '--jobs', '0'], says: ['--jobs:'] },
  {
    what: 'a data folder that is not there',
    args: [...grid('peers=4,8'), '--set', 'data.path=nothing/here'],
    says: ['/nothing/here: no such folder']
  },
  {
    what: '--out that is a file',
    args: [...grid('peers=4,8'), '--out', 'tiny/scenario.json'],
    says: ['--out tiny/scenario.json:', 'is a file']
  },
  {
    what: '--out with files of somebody else',
    args: [...grid('peers=4,8'), '--out', 'data', '--force'],
    says: ['--out data: is not empty and holds no sweep.json']
  },
  {
    what: 'a damaged sweep.json',
    args: [...grid('peers=4,8'), '--out', 'out'],
    files: { 'out/sweep.json': '{"schema":', 'out/runs/1-peers-4-seed1/results.json': '{}' },
    says: ['out/sweep.json: must be valid JSON', '--force to start over']
  },
  {
    what: 'everything at once',
    args: [...grid('peers', 'a=[1'), '--seeds', '0', '--jobs', 'x', '--set', 'peers', '--out', ''],
    says: ['6 problems:', '--grid peers:', '--grid a=[1:', '--seeds:', '--jobs:', '--set', '--out']
  }
]

declareRefusals('sweep', BAD)
