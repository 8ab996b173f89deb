import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import test from 'ava'

/** docs/architecture.md: imports go downwards only. Inside layer 3, training reads data. */
const LAYERS: Readonly<Record<string, number>> = {
  'errors.ts': 0,
  'random.ts': 0,
  'worker-entry.ts': 0,
  vector: 0,
  compression: 1,
  consensus: 1,
  swarm: 1,
  strategy: 2,
  wire: 2,
  data: 3,
  network: 3,
  storage: 3,
  training: 3,
  peer: 4,
  simulation: 4,
  dashboard: 5,
  report: 5,
  cli: 5,
  'index.ts': 5
}

/** Folders of one layer that may look into each other; all others of layers 3 and 4 may not. */
const NEIGHBOURS: ReadonlyArray<readonly [string, string]> = [
  ['training', 'data'],
  ['cli', 'report'],
  ['cli', 'dashboard']
]

const PURE_LAYERS = 2
/** Packages that compute and do nothing else. */
const PURE_PACKAGES = ['zod', '@noble/hashes', '@ipld/dag-cbor', 'crc-32']

/** A foreign library that only one folder may know. */
const OWNERS: ReadonlyArray<readonly [RegExp, string]> = [
  [/^@tensorflow\//, 'training'],
  [
    /^(libp2p|it-pipe|uint8arraylist|multicast-dns|multiformats|@libp2p\/|@chainsafe\/|@multiformats\/)/,
    'network'
  ],
  [/^(commander|log-update)$/, 'cli'],
  [/^cli-table3$/, 'report'],
  [/^(pino|prom-client)$/, 'peer'],
  [/^(csv-parse|@jsquash\/)/, 'data']
]

/** What a pure file must not touch, beside node:*. */
const IMPURE =
  /\b(Date\.now|new Date|Math\.random|performance\.|setTimeout|setInterval|setImmediate|queueMicrotask|Promise|async\b|await|process\.|Buffer\.|console\.)/

const MAX_LINES = 400
const MAX_MEDIAN_LINES = 90

const source = resolve(import.meta.dirname, '../src')

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return filesBelow(path)
    return path.endsWith('.ts') ? [path] : []
  })

const roomOf = (path: string): string => relative(source, path).split('/')[0]!

interface Import {
  readonly file: string
  readonly line: number
  readonly target: string
}

const importsOf = (file: string): Import[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((text, index) => {
      const found = /(?:from|import|import\()\s*'([^']+)'/.exec(text)
      return found === null ? [] : [{ file, line: index + 1, target: found[1]! }]
    })

const files = filesBelow(source)
const imports = files.flatMap(importsOf)
const at = ({ file, line, target }: Import): string =>
  `${relative(source, file)}:${line} imports ${target}`

const mayImport = (from: string, to: string): boolean => {
  if (from === to) return true
  const [own, other] = [LAYERS[from]!, LAYERS[to]!]
  if (own !== other) return own > other
  return own < 3 || NEIGHBOURS.some(([a, b]) => a === from && b === to)
}

test('every file belongs to a room of the house', (t) => {
  t.deepEqual(
    files.map(roomOf).filter((room) => LAYERS[room] === undefined),
    []
  )
})

test('imports go downwards only', (t) => {
  const upwards = imports.filter(({ file, target }) => {
    if (!target.startsWith('.')) return false
    return !mayImport(roomOf(file), roomOf(resolve(dirname(file), target)))
  })
  t.deepEqual(upwards.map(at), [])
})

test('layers 0 to 2 import nothing impure and touch neither clock nor promise', (t) => {
  const pure = (file: string): boolean => LAYERS[roomOf(file)]! <= PURE_LAYERS
  const foreign = imports.filter(
    ({ file, target }) =>
      pure(file) &&
      !target.startsWith('.') &&
      !PURE_PACKAGES.some((name) => target === name || target.startsWith(`${name}/`))
  )
  t.deepEqual(foreign.map(at), [])
  const impure = files.filter(pure).flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .map((text, index) => ({ text: text.replace(/\/\/.*|^\s*(\/?\*).*/, ''), index }))
      .filter(({ text }) => IMPURE.test(text))
      .map(({ text, index }) => `${relative(source, file)}:${index + 1}: ${text.trim()}`)
  )
  t.deepEqual(impure, [])
})

test('a foreign library is known to one folder only', (t) => {
  const strays = imports.filter(({ file, target }) =>
    OWNERS.some(([library, owner]) => library.test(target) && roomOf(file) !== owner)
  )
  t.deepEqual(strays.map(at), [])
})

test('files are small: none above 400 lines, median at most 90', (t) => {
  const sized = files.map((file) => ({
    file,
    lines: readFileSync(file, 'utf8').split('\n').length
  }))
  const long = sized.filter(({ lines }) => lines > MAX_LINES)
  t.deepEqual(
    long.map(({ file, lines }) => `${relative(source, file)}: ${lines}`),
    []
  )
  const lengths = sized.map(({ lines }) => lines).sort((a, b) => a - b)
  t.true(lengths[lengths.length >> 1]! <= MAX_MEDIAN_LINES)
})

test('the lockfile records no download address', (t) => {
  const lockfile = readFileSync(resolve(source, '../package-lock.json'), 'utf8')
  t.false(lockfile.includes('"resolved": "http'))
})
