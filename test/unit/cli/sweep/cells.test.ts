import test from 'ava'
import { type CheckedGrid, checkCells } from '../../../../src/cli/sweep/cells.ts'
import { cellsOf, parseGrid } from '../../../../src/cli/sweep/grid.ts'

const DOCUMENT = {
  name: 'tiny',
  peers: 8,
  model: { name: 'mlp', hidden: [8] },
  data: { name: 'glyphs' },
  training: { learningRate: 0.1, steps: 8 },
  strategy: { name: 'gossip-averaging' },
  topology: { name: 'random-regular', degree: 4 }
}

const checked = (...grid: readonly string[]): CheckedGrid => {
  const { axes } = parseGrid(grid)
  return checkCells(DOCUMENT, axes, cellsOf(axes))
}

const pathsOf = ({ problems }: CheckedGrid): string[] => problems.map(({ path }) => path)

test('should give every cell its overrides and a fingerprint of its own', (t) => {
  const { cells, problems, first } = checked('peers=8,16', 'compression.name=none,int4')
  t.deepEqual(problems, [])
  t.is(first?.peers, 8)
  t.deepEqual(cells[2]!.overrides, ['peers=16', 'compression.name=none'])
  t.is(new Set(cells.map(({ fingerprint }) => fingerprint)).size, 4)
})

test('should not see a difference between two seeds', (t) => {
  const one = checkCells({ ...DOCUMENT, seed: 1 }, [], cellsOf([]))
  const other = checkCells({ ...DOCUMENT, seed: 2 }, [], cellsOf([]))
  t.is(one.cells[0]!.fingerprint, other.cells[0]!.fingerprint)
})

test('should tell a problem of all cells once, and say what was meant', (t) => {
  const { problems } = checked('peers=8,16', 'training.leraningRate=0.1,0.2')
  t.deepEqual(
    problems.map(({ path, rule }) => `${path}: ${rule}`),
    ['training.leraningRate: unknown key']
  )
  t.regex(problems[0]!.remedy, /did you mean learningRate\?/)
})

test('should name the cells of a problem that not all of them have', (t) => {
  t.deepEqual(pathsOf(checked('topology.degree=2,4,8', 'peers=4,8,16')), [
    'topology.degree (with topology.degree=4 peers=4, and 1 more)',
    'topology.degree (with topology.degree=8 peers=8)'
  ])
  t.deepEqual(pathsOf(checked('peers=0,8', 'compression.name=none,int8,int4')), [
    'peers (with peers=0 compression.name=none, and 2 more)'
  ])
})

test('should speak of --grid where a value cannot be set', (t) => {
  const [problem] = checked('name.x=1,2').problems
  t.is(problem?.path, '--grid name.x=1 (with name.x=1)')
  t.regex(problem?.remedy ?? '', /--grid name=VALUE/)
})

test('should refuse values that make no difference', (t) => {
  const replaced = checked('topology.degree=2,4', 'topology={"name":"ring"},{"name":"full"}')
  t.deepEqual(
    replaced.problems.map(({ rule }) => rule),
    [
      'topology.degree=2 topology={"name":"ring"} and ' +
        'topology.degree=4 topology={"name":"ring"} are the same scenario'
    ]
  )
})

test('should tell apart cells that differ in the folder of their data alone', (t) => {
  const { cells, problems } = checked(
    'data={"name":"mnist","path":"/a"},{"name":"mnist","path":"/b"}'
  )
  t.deepEqual(problems, [])
  t.is(cells.length, 2)
})

test('should let a later axis refine an earlier one', (t) => {
  const whole = 'topology={"name":"random-regular","degree":4},{"name":"random-regular","degree":6}'
  const { cells, problems } = checked(whole, 'topology.lifetime=null,5')
  t.deepEqual(problems, [])
  t.is(cells.length, 4)
})

test('should not print thousands of problems', (t) => {
  const degrees = Array.from({ length: 100 }, (_, index) => index + 100).join(',')
  const { problems } = checked(`topology.degree=${degrees}`)
  t.is(problems.length, 21)
  t.regex(problems.at(-1)!.rule, /^80 more problems/)
})

test('should say which cells are live, and give each dataset in a folder once', (t) => {
  const { cells, withData } = checked('mode=live,virtual', 'data={"name":"mnist","path":"/d"}')
  t.deepEqual(
    cells.map(({ live }) => live),
    [true, false]
  )
  t.is(withData.length, 1)
})
