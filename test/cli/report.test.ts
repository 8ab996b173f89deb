/** `swarmgrad report` as a user calls it. */
import { copyFile, mkdir, readdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { writeReport } from '../../src/cli/report.ts'
import { InvalidInputError } from '../../src/errors.ts'
import { ROOT, temporaryFolder } from '../helpers/program.ts'
import { syntheticRun } from '../helpers/synthetic-run.ts'
import { run } from '../integration/cli-harness.ts'

const { results, records } = syntheticRun({ rounds: 40 })
const LINES = records.map((record) => `${JSON.stringify(record)}\n`)

const writeRun = async (folder: string, fields: object = {}): Promise<string> => {
  await mkdir(folder, { recursive: true })
  const file = join(folder, 'results.json')
  await writeFile(file, JSON.stringify({ ...results, ...fields }))
  return file
}

/** JSON that the page's charts are drawn from. */
const figuresOf = (page: string): string => /id="figures">(.*?)<\/script>/s.exec(page)![1]!

test('should write report.html beside the results, and again over its own', async (t) => {
  const place = await temporaryFolder(t)
  await writeRun(join(place, 'a'))
  await writeFile(join(place, 'a', 'rounds.jsonl'), LINES.join(''))
  const first = await run(t, place, ['report', 'a'])
  t.is(first.stderr, '')
  t.is(first.stdout, 'a/report.html\n')
  t.is(first.code, 0)
  const page = await readFile(join(place, 'a/report.html'), 'utf8')
  t.regex(figuresOf(page), /peer 3: compute/)
  const again = await run(t, place, ['report', 'a/results.json'])
  t.is(again.code, 0)
  t.is(await readFile(join(place, 'a/report.html'), 'utf8'), page)
  t.deepEqual((await readdir(join(place, 'a'))).sort(), [
    'report.html',
    'results.json',
    'rounds.jsonl'
  ])
})

test('should take committed result.json files, by folder', async (t) => {
  const place = await temporaryFolder(t)
  const folder = join(ROOT, 'simulations/quickstart')
  const { code, stdout } = await run(t, place, ['report', folder, '--out', 'page.html'])
  t.is(code, 0)
  t.is(stdout, 'page.html\n')
})

test('should lay several runs side by side, here or where it is told', async (t) => {
  const place = await temporaryFolder(t)
  await writeRun(join(place, 'a'))
  await writeRun(join(place, 'b'), { seed: 2 })
  const here = await run(t, place, ['report', 'a', 'b'])
  t.is(here.stdout, 'report.html\n')
  t.regex(await readFile(join(place, 'report.html'), 'utf8'), /2 runs side by side/)
  const there = await run(t, place, ['report', 'a', 'b', '--out', 'b/ab.html'])
  t.is(there.stdout, 'b/ab.html\n')
})

test('should not touch a file that is not its own, unless forced', async (t) => {
  const place = await temporaryFolder(t)
  await writeRun(join(place, 'a'))
  await writeFile(join(place, 'a/report.html'), '<h1>mine</h1>')
  const refused = await run(t, place, ['report', 'a'])
  t.is(refused.code, 2)
  t.regex(
    refused.stderr,
    /a\/report\.html: is there already, and is no report of swarmgrad\n.*--force/
  )
  t.is(await readFile(join(place, 'a/report.html'), 'utf8'), '<h1>mine</h1>')
  t.is((await run(t, place, ['report', 'a', '--force'])).code, 0)
  t.regex(await readFile(join(place, 'a/report.html'), 'utf8'), /swarmgrad report/)
})

test('should refuse to write where it cannot', async (t) => {
  const place = await temporaryFolder(t)
  await writeRun(join(place, 'a'))
  for (const [out, rule] of [
    ['', /'': must not be empty/],
    ['a', /a: must be a file/],
    ['missing/page.html', /missing\/page\.html: cannot be written: no such file or directory/],
    ['a/results.json', /a\/results\.json: is there already/]
  ] as const) {
    const { code, stderr } = await run(t, place, ['report', 'a', '--out', out])
    t.is(code, 2, out)
    t.regex(stderr, rule)
  }
})

test('should tell everything that is wrong with what it was given, and write nothing', async (t) => {
  const place = await temporaryFolder(t)
  const files: ReadonlyArray<readonly [string, string]> = [
    ['text.json', 'not json'],
    ['other.json', '{"schema":"swarmgrad/results/2","new":true}'],
    ['none.json', '{"peers":3}'],
    ['null.json', 'null'],
    ['wrong.json', JSON.stringify({ ...results, peers: -1, rounds: 'many' })],
    [
      'deep.json',
      `{"schema":"swarmgrad/results/1","document":${'['.repeat(1e5)}${']'.repeat(1e5)}}`
    ]
  ]
  for (const [name, text] of files) await writeFile(join(place, name), text)
  await mkdir(join(place, 'empty'))
  // A hole: it has a size and takes no room.
  await writeFile(join(place, 'huge.json'), '')
  await truncate(join(place, 'huge.json'), 513 * 2 ** 20)
  await writeRun(join(place, 'good'))
  await symlink('good/results.json', join(place, 'link.json'))
  const given = [
    'missing',
    'empty',
    'huge.json',
    ...files.map(([name]) => name),
    'good',
    'link.json'
  ]
  const { code, stdout, stderr } = await run(t, place, ['report', ...given])
  t.is(code, 2)
  t.is(stdout, '')
  for (const rule of [
    /missing: cannot be read: no such file or directory/,
    /empty: must hold a results\.json or result\.json/,
    /huge\.json: must be at most 512 MiB/,
    /text\.json: must be valid JSON/,
    /other\.json: is of schema "swarmgrad\/results\/2"; this version reads swarmgrad\/results\/1/,
    /none\.json: is not the results of a run/,
    /null\.json: is not the results of a run/,
    /wrong\.json: peers: must be at least 0, is -1/,
    /wrong\.json: rounds: must be a number, is "many"/,
    /deep\.json: is nested more than 64 levels deep/,
    /link\.json: is the same file as good/
  ]) {
    t.regex(stderr, rule)
  }
  t.false((await readdir(place)).includes('report.html'))
})

test('should refuse more runs than can be told apart', async (t) => {
  const place = await temporaryFolder(t)
  const names = Array.from({ length: 25 }, (_, index) => `run-${index}`)
  const { code, stderr } = await run(t, place, ['report', ...names])
  t.is(code, 2)
  t.regex(stderr, /results: at most 24 runs can be told apart on one page, not 25/)
})

test('should leave out the broken last line of an interrupted run, and say so', async (t) => {
  const place = await temporaryFolder(t)
  const broken = `${LINES.slice(0, 50).join('')}{"peer":1,"rou`
  await writeRun(place)
  await writeFile(join(place, 'rounds.jsonl'), broken)
  t.is((await run(t, place, ['report', '.'])).code, 0)
  t.regex(
    await readFile(join(place, 'report.html'), 'utf8'),
    /last line of rounds\.jsonl is cut off/
  )
})

test('should name the line of rounds.jsonl that is wrong', async (t) => {
  const place = await temporaryFolder(t)
  await writeRun(place)
  const [first = '', second = ''] = LINES
  for (const [line, rule] of [
    ['{"peer":1,"rou\n', /rounds\.jsonl:2: must be valid JSON/],
    [second.replace('"round":', '"runde":'), /rounds\.jsonl:2: is no round's record: .*runde/],
    [second.replace(/"peer":\d+/, '"peer":77'), /:2: is of peer 77, which is not in the results/],
    [`${'x'.repeat(70_000)}\n`, /rounds\.jsonl:2: must be at most 65536 bytes long/]
  ] as const) {
    await writeFile(join(place, 'rounds.jsonl'), `${first}${line}${second}`)
    const { code, stderr } = await run(t, place, ['report', '.'])
    t.is(code, 2, String(rule))
    t.regex(stderr, rule)
    t.regex(stderr, /remove or rename the file/)
  }
  t.deepEqual((await readdir(place)).sort(), ['results.json', 'rounds.jsonl'])
})

test('writeReport should make the page of a run that has ended, and no other file', async (t) => {
  const folder = await temporaryFolder(t)
  const text = JSON.stringify(results)
  t.is(await writeReport(folder, text), join(folder, 'report.html'))
  t.deepEqual(await readdir(folder), ['report.html'])
  await copyFile(join(ROOT, 'LICENSE'), join(folder, 'report.html'))
  await t.throwsAsync(() => writeReport(folder, text), { instanceOf: InvalidInputError })
})
