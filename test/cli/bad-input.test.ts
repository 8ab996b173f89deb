import { gzipSync } from 'node:zlib'
import { type BadInput, declareRefusals } from '../integration/refusals.ts'

const set = (...assignments: readonly string[]): string[] => [
  'tiny',
  ...assignments.flatMap((assignment) => ['--set', assignment])
]

const BAD: readonly BadInput[] = [
  { what: 'no scenario', args: [], says: ["'scenario'"] },
  { what: 'a missing folder', args: ['nowhere'], says: ['nowhere:', 'no such file'] },
  { what: 'a folder without a scenario.json', args: ['data'], says: ['data:', 'scenario.json'] },
  { what: 'a device for a file', args: ['/dev/zero'], says: ['/dev/zero:', 'must be a file'] },
  {
    what: 'a file that is not JSON',
    args: ['bad.json'],
    files: { 'bad.json': '{ "name": "x", }' },
    says: ['bad.json:', 'valid JSON']
  },
  {
    what: 'a file of 2 MiB',
    args: ['large.json'],
    files: { 'large.json': Buffer.alloc(2 ** 21, ' ') },
    says: ['large.json:', 'at most 1 MiB']
  },
  {
    what: 'a document that is an array',
    args: ['array.json'],
    files: { 'array.json': '[]' },
    says: ['(document):', 'must be an object']
  },
  {
    what: 'a document nested 100,000 deep',
    args: ['deep.json', '--set', 'peers=4'],
    files: { 'deep.json': `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}` },
    says: ['  a: unknown key']
  },
  {
    what: 'an empty document',
    args: ['empty.json'],
    files: { 'empty.json': '{}' },
    says: ['name: missing', 'peers: missing', 'model: missing', 'a whole number from 1 to 10000']
  },
  {
    what: 'a weighting by gain of what is no step',
    args: set('strategy={"name":"ring-all-reduce","weighting":"gain"}'),
    says: ['strategy.weighting: a gradient is no step']
  },
  {
    what: 'a weighting by lateness where nothing is late',
    args: set('strategy={"name":"ring-all-reduce","weighting":"staleness"}'),
    says: ['strategy.weighting: all gradients of a step are of the same replica, so none is late']
  },
  {
    what: 'a weighting that there is not',
    args: set('strategy={"name":"delta-set","weighting":"rows"}'),
    says: ['strategy.weighting:', 'uniform']
  },
  {
    what: 'a weighting by gain without rows for it',
    args: set('strategy={"name":"delta-set","weighting":"gain"}'),
    says: ['data.validation:', 'is measured on rows that nobody trains on']
  },
  {
    what: 'a misspelt key',
    args: set('training.leraningRate=1'),
    says: ['training.leraningRate: unknown key', 'did you mean learningRate?']
  },
  {
    what: 'a value of another type',
    args: set('peers=many'),
    says: ['peers: must be a', '"many"']
  },
  {
    what: 'a value out of range',
    args: set('network.loss=2'),
    says: ['network.loss:', '0 to 0.5']
  },
  { what: 'a misspelt choice', args: set('topology.name=rnig'), says: ['did you mean ring?'] },
  {
    what: 'more shards and replicas than peers could serve',
    args: set('strategy={"name":"parameter-server","shards":3,"replicas":2}'),
    says: ['strategy.shards:', '3 x 2 = 6, and there are 4']
  },
  {
    what: 'an option that a parameter server does not know',
    args: set('strategy={"name":"parameter-server","shard":3}'),
    says: ['strategy.shard: unknown key', 'did you mean shards?']
  },
  {
    what: 'a share of the clients that is nobody',
    args: set('strategy={"name":"federated-averaging","fraction":0.2}'),
    says: ['strategy.fraction:', 'one client at least, and 0.2 of 4 peers is none', '0.25 or more']
  },
  {
    what: 'more clients in a round than peers',
    args: set('strategy={"name":"federated-averaging","clients":5}'),
    says: ['strategy.clients:', '5 of 4']
  },
  {
    what: 'an option that federated averaging does not know',
    args: set('strategy={"name":"federated-averaging","client":2}'),
    says: ['strategy.client: unknown key', 'did you mean clients?']
  },
  {
    what: 'an option of another algorithm',
    args: set('strategy={"name":"federated-averaging","algorithm":{"name":"fedavg","mu":1}}'),
    says: ['strategy.algorithm.mu: unknown key']
  },
  {
    what: 'scaffold with an optimiser whose steps are no gradients',
    args: set(
      'strategy={"name":"federated-averaging","algorithm":{"name":"scaffold"}}',
      'training.optimizer={"name":"adam"}'
    ),
    says: ['strategy.algorithm.name:', 'plain descent']
  },
  {
    what: 'more members than a ring can have',
    args: [...set('strategy={"name":"ring-all-reduce"}'), '--set', 'peers=129'],
    says: ['peers:', '128 members at most, not 129']
  },
  {
    what: 'a code that sums on their way around a ring do not have',
    args: [...set('strategy={"name":"ring-all-reduce"}'), '--set', 'compression.name=int4'],
    says: ['compression.name:', 'choose none or int8']
  },
  {
    what: 'an option that a ring does not know',
    args: set('strategy={"name":"ring-all-reduce","bucket":4096}'),
    says: ['strategy.bucket: unknown key', 'did you mean bucketBytes?']
  },
  { what: 'an unknown strategy', args: set('strategy.name=magic'), says: ['strategy.name:'] },
  {
    what: 'unknown options of a strategy',
    args: set('strategy.gama=1', 'strategy.slowMomentum=2'),
    says: ['strategy.gama:', 'strategy.slowMomentum:']
  },
  {
    what: 'a degree that so few peers cannot have',
    args: set('topology={"name":"random-regular","degree":4}'),
    says: ['topology.degree:', 'below the number of peers, 4']
  },
  {
    what: 'more live peers than processes',
    args: set('mode=live', 'peers=65'),
    says: ['  peers:']
  },
  { what: '--set without an equals sign', args: set('peers'), says: ['--set peers:'] },
  { what: '--set without a path', args: set('=1', 'a..b=1'), says: ['--set =1:', '--set a..b=1:'] },
  { what: '--set without a value', args: ['tiny', '--set'], says: ['--set <path=value>'] },
  { what: '--set below a number', args: set('peers.x=1'), says: ['--set peers.x=1: peers is 4'] },
  {
    what: '--set inside an array',
    args: set('model.hidden.0=64'),
    says: ['--set model.hidden.0=64:', "--set 'model.hidden=[8]'"]
  },
  {
    what: '--set on a prototype',
    args: set('__proto__.x=1', 'constructor.x=1'),
    says: ['__proto__: unknown key', 'constructor: unknown key']
  },
  { what: 'a seed that is no number', args: ['tiny', '--seed', 'abc'], says: ['--seed:', "'abc'"] },
  { what: 'a negative seed', args: ['tiny', '--seed', '-1'], says: ['--seed:'] },
  { what: 'an unknown flag', args: ['tiny', '--sed', '1'], says: ["'--sed'", '--seed'] },
  { what: '--live with --virtual', args: ['tiny', '--live', '--virtual'], says: ["'--virtual'"] },
  { what: 'two scenarios', args: ['tiny', 'tiny'], says: ['too many arguments'] },
  {
    what: '--out that is a file',
    args: ['tiny', '--out', 'data/train-labels-idx1-ubyte'],
    says: ['--out data/train-labels-idx1-ubyte:', 'is a file']
  },
  {
    what: '--out below a file',
    args: ['tiny', '--out', 'tiny/scenario.json/a/b'],
    says: ['--out tiny/scenario.json/a/b:']
  },
  { what: 'an empty --out', args: ['tiny', '--out', ''], says: ["--out '':"] },
  {
    what: '--out where rounds.jsonl is a folder',
    args: ['tiny', '--out', 'out'],
    files: { 'out/rounds.jsonl/keep': '' },
    says: ['--out out:', 'cannot be written']
  },
  {
    what: 'a dataset whose files cannot be fetched',
    // Nothing listens there.
    args: set('data.path=null', 'data.url=http://127.0.0.1:1/'),
    says: ['must be within reach', '--set data.path=FOLDER']
  },
  {
    what: 'a data folder that is not there, relative to the current one',
    args: set('data.path=nothing/here'),
    says: ['/nothing/here: no such folder']
  },
  {
    what: 'a path for a dataset that reads none',
    args: set('data.name=glyphs'),
    says: ['data.path: must be null for glyphs']
  },
  {
    what: 'a corrupt IDX file',
    args: ['tiny'],
    files: { 'data/t10k-labels-idx1-ubyte': 'garbage!' },
    says: ['data/t10k-labels-idx1-ubyte: must begin']
  },
  {
    what: 'a truncated gzip file',
    args: set('data.path=packed'),
    files: { 'packed/train-images-idx3-ubyte.gz': gzipSync(Buffer.alloc(99)).subarray(0, 20) },
    says: [
      'packed/train-images-idx3-ubyte.gz: must',
      'packed/t10k-labels-idx1-ubyte: must be there'
    ]
  },
  {
    what: 'everything at once',
    args: [
      ...set('peers=0', 'peer=3', 'training.steps=ten', 'network.latencyMs=-1'),
      ...set('strategy.gama=1', 'data.path=nowhere', 'evaluateEvery').slice(1),
      ...['--seed', 'x', '--out', 'tiny/scenario.json']
    ],
    says: [
      '9 problems:',
      '  peers:',
      '  peer:',
      '  training.steps:',
      '  network.latencyMs:',
      '  strategy.gama:',
      '/nowhere:',
      '  --set evaluateEvery:',
      '  --seed:',
      '  --out tiny/scenario.json:'
    ]
  }
]

declareRefusals('simulate', BAD)
