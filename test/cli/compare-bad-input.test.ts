import { type BadInput, declareRefusals } from '../integration/refusals.ts'

const BAD: readonly BadInput[] = [
  { what: 'no scenario', args: [], says: ["'scenario'"] },
  { what: 'a missing folder', args: ['nowhere'], says: ['nowhere:', 'no such file'] },
  {
    what: 'a strategy that there is not',
    args: ['tiny', '--strategies', 'delta-set,gossip-averagin'],
    says: ["--strategies: unknown strategy 'gossip-averagin'", 'did you mean gossip-averaging?']
  },
  {
    what: 'a strategy given twice',
    args: ['tiny', '--strategies', 'delta-set,delta-set'],
    says: ['--strategies: gives delta-set twice']
  },
  { what: 'no seed', args: ['tiny', '--seeds', '0'], says: ['--seeds:', 'from 1 to'] },
  { what: 'a seed that is none', args: ['tiny', '--seeds', '1,x'], says: ["'x'"] },
  { what: 'jobs that are none', args: ['tiny', '--jobs', '0'], says: ['--jobs:'] },
  {
    what: 'a number of peers that is none',
    args: ['tiny', '--peers', '4,one'],
    says: ['--peers: must be whole numbers from 2']
  },
  { what: 'an unknown flag', args: ['tiny', '--fast'], says: ["unknown option '--fast'"] },
  {
    what: 'an option that the strategy does not know',
    args: ['tiny', '--set', 'strategy.gama=1'],
    says: ['strategy.gama: unknown key', 'did you mean gamma?']
  },
  {
    what: 'a model that trains nothing',
    args: ['tiny', '--set', 'model={"name":"averaging"}', '--set', 'data={"name":"none"}'].concat([
      '--set',
      'baselines=[]'
    ]),
    says: ['model.name: averaging trains nothing', 'choose another model']
  },
  {
    what: 'a model that only a program can train',
    args: ['tiny', '--set', 'data={"name":"none"}', '--set', 'baselines=[]'].concat([
      '--set',
      'model={"name":"custom","program":"mine"}'
    ]),
    says: ['model.name: custom brings a trainer of its own']
  },
  {
    what: 'faults in a live comparison',
    args: ['tiny', '--live', '--set', 'faults=[{"kind":"leave","peers":[1],"atMs":9}]'],
    says: ['faults: can be injected in virtual time only']
  },
  {
    what: 'a data folder that is not there',
    args: ['tiny', '--set', 'data.path=nothing/here'],
    says: ['/nothing/here: no such folder']
  },
  {
    what: '--out with files of somebody else',
    args: ['tiny', '--out', 'data', '--force'],
    says: ['--out data: is not empty and holds no compare.json']
  },
  {
    what: 'a damaged compare.json',
    args: ['tiny', '--out', 'out'],
    files: { 'out/compare.json': '{"schema":' },
    says: ['out/compare.json: must be valid JSON', '--force to start over']
  },
  {
    what: 'everything at once',
    args: ['tiny', '--strategies', '', '--seeds', '0', '--peers', 'x', '--jobs', 'x'].concat([
      '--set',
      'peers',
      '--out',
      ''
    ]),
    says: ['6 problems:', '--strategies:', '--seeds:', '--peers:', '--jobs:', '--set', '--out']
  }
]

declareRefusals('compare', BAD)
