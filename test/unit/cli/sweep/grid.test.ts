import test from 'ava'
import { cellCount, cellsOf, parseGrid } from '../../../../src/cli/sweep/grid.ts'
import { splitList } from '../../../../src/cli/sweep/list.ts'

const LISTS: readonly (readonly [string, readonly string[]])[] = [
  ['1,2', ['1', '2']],
  [' int4 , int8', ['int4', 'int8']],
  ['[1,2],[3]', ['[1,2]', '[3]']],
  ['{"a":[1,{"b":2}],"c":3},x', ['{"a":[1,{"b":2}],"c":3}', 'x']],
  ['"a,b","c\\",d",e', ['"a,b"', '"c\\",d"', 'e']],
  ['"[","]}"', ['"["', '"]}"']],
  ['', ['']],
  ['a,', ['a', '']]
]

for (const [text, parts] of LISTS) {
  test(`should cut '${text}' at its outer commas`, (t) => {
    t.deepEqual(splitList(text), { parts, closed: true })
  })
}

test('should notice brackets, braces and quotes without their other half', (t) => {
  for (const text of ['[1', '1]', '{"a":1', '"a', '"a\\"', '[{]']) {
    t.false(splitList(text).closed, text)
  }
})

test('should take JSON for what it is and anything else for text', (t) => {
  const { axes, problems } = parseGrid(['a.b=1,true,null,int4,"8",[1,2],{"x":"y"}', 'c=d=e'])
  t.deepEqual(problems, [])
  t.deepEqual(axes[0]!.values, [
    { text: '1', value: 1 },
    { text: 'true', value: true },
    { text: 'null', value: null },
    { text: 'int4', value: 'int4' },
    { text: '"8"', value: '8' },
    { text: '[1,2]', value: [1, 2] },
    { text: '{"x":"y"}', value: { x: 'y' } }
  ])
  t.deepEqual(axes[1], { path: 'c', values: [{ text: 'd=e', value: 'd=e' }] })
})

test('should refuse what is no axis, each with its own problem', (t) => {
  const texts = ['peers', '=1', 'a..b=1', 'a=[1', 'a=1,,2', 'a=', 'seed=1,2', 'b=1', 'b=2']
  const { axes, problems } = parseGrid(texts)
  t.deepEqual(
    axes.map(({ path }) => path),
    ['b']
  )
  t.deepEqual(
    problems.map(({ path }) => path),
    texts.filter((text) => text !== 'b=1').map((text) => `--grid ${text}`)
  )
})

test('should find values that are the same however they are written', (t) => {
  const twice = ['4,4.0', 'int4,"int4"', '{"a":1,"b":2},{"b":2,"a":1}', '[1, 2],[1,2]']
  for (const list of twice) {
    const [problem] = parseGrid([`x=${list}`]).problems
    t.regex(problem?.rule ?? '', /twice$/, list)
  }
  t.deepEqual(parseGrid(['x=8,"8"']).problems, [])
  t.deepEqual(parseGrid(['x=[1,2],[2,1]']).problems, [])
})

test('should combine every value with every other, the last axis fastest', (t) => {
  const { axes } = parseGrid(['a.b=1,2', 'c=x,y,z'])
  t.is(cellCount(axes), 6)
  t.deepEqual(
    cellsOf(axes).map(({ id, values }) => [id, ...values.map(({ text }) => text)]),
    [
      ['1-b-1_c-x', '1', 'x'],
      ['2-b-1_c-y', '1', 'y'],
      ['3-b-1_c-z', '1', 'z'],
      ['4-b-2_c-x', '2', 'x'],
      ['5-b-2_c-y', '2', 'y'],
      ['6-b-2_c-z', '2', 'z']
    ]
  )
})

test('should make one cell of no axis', (t) => {
  t.deepEqual(cellsOf([]), [{ id: '1-base', values: [] }])
})

test('should name cells so that any file system takes them, and tell all apart', (t) => {
  const long = 'x'.repeat(300)
  const { axes } = parseGrid([`p={"name":"../../etc"},{"name":"ring"},"é/\\\\:",${long}a,${long}b`])
  const ids = cellsOf(axes).map(({ id }) => id)
  t.is(new Set(ids).size, 5)
  for (const id of ids) {
    t.regex(id, /^[\w.+-]+$/)
    t.true(id.length <= 64, id)
  }
})
