import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { fetchFiles, type Progress } from '../../../src/data/download/fetch-files.ts'
import {
  answerHead,
  CONTENT,
  FILE,
  good,
  LENGTH,
  optionsFor,
  remoteFile,
  serve,
  startOf,
  temporaryFolder
} from './download-server.ts'

test('should fetch what is missing, report bytes and leave nothing else behind', async (t) => {
  const folder = await temporaryFolder(t)
  const { base, ranges } = await serve(t, good)
  const twin = { ...FILE, name: 'twin.bin' }
  const progress: Progress[] = []
  const options = { ...optionsFor(base, folder), onProgress: (p: Progress) => progress.push(p) }
  await fetchFiles([FILE, twin], options)
  for (const { name } of [FILE, twin]) t.true(CONTENT.equals(await readFile(join(folder, name))))
  t.deepEqual((await readdir(folder)).sort(), ['file.bin', 'twin.bin'])
  t.deepEqual(ranges, [null, null])
  t.true(
    progress.every(
      ({ done, total }, i) => done >= (progress[i - 1]?.done ?? 0) && total === 2 * LENGTH
    )
  )
  t.deepEqual(progress.at(-1), { done: 2 * LENGTH, total: 2 * LENGTH })
  await fetchFiles([FILE, twin], options)
  t.is(ranges.length, 2, 'nothing is asked for again')
})

test('should make the folder and follow a redirection', async (t) => {
  const folder = join(await temporaryFolder(t), 'new', 'folder')
  const { base } = await serve(t, (request, response) => {
    if (request.url === '/elsewhere') good(request, response)
    else response.writeHead(302, { location: '/elsewhere' }).end()
  })
  await fetchFiles([FILE], optionsFor(base, folder))
  t.true(CONTENT.equals(await readFile(join(folder, FILE.name))))
})

test('should continue after the connection was cut, from where it was cut', async (t) => {
  const folder = await temporaryFolder(t)
  let cut = (): unknown => undefined
  const { base, ranges } = await serve(t, (request, response) => {
    const start = answerHead(request, response)
    if (start > 0) response.end(CONTENT.subarray(start))
    else response.write(CONTENT.subarray(0, 100_000))
    cut = () => response.destroy()
  })
  // Once all has come: what is still on the way is lost with its connection.
  const onProgress = ({ done }: Progress): unknown => done === 100_000 && cut()
  await fetchFiles([FILE], { ...optionsFor(base, folder), onProgress })
  t.true(CONTENT.equals(await readFile(join(folder, FILE.name))))
  t.deepEqual(ranges, [null, 'bytes=100000-'])
})

test('should continue after an answer without a length that ends early', async (t) => {
  const folder = await temporaryFolder(t)
  const { base, ranges } = await serve(t, (request, response) => {
    if (startOf(request) > 0) good(request, response)
    else response.writeHead(200).end(CONTENT.subarray(0, 1000))
  })
  await fetchFiles([FILE], optionsFor(base, folder))
  t.true(CONTENT.equals(await readFile(join(folder, FILE.name))))
  t.deepEqual(ranges, [null, 'bytes=1000-'])
})

test('should continue what an earlier run has left', async (t) => {
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, 'file.bin.part'), CONTENT.subarray(0, 12_345))
  const { base, ranges } = await serve(t, good)
  await fetchFiles([FILE], optionsFor(base, folder))
  t.true(CONTENT.equals(await readFile(join(folder, FILE.name))))
  t.deepEqual(ranges, ['bytes=12345-'])
})

test('should ask for nothing when an earlier run has left all', async (t) => {
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, 'file.bin.part'), CONTENT)
  const { base, ranges } = await serve(t, good)
  await fetchFiles([FILE], optionsFor(base, folder))
  t.true(CONTENT.equals(await readFile(join(folder, FILE.name))))
  t.deepEqual(ranges, [])
})

test('should begin anew when an earlier run has left more than there is', async (t) => {
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, 'file.bin.part'), Buffer.alloc(LENGTH + 1))
  const { base, ranges } = await serve(t, good)
  await fetchFiles([FILE], optionsFor(base, folder))
  t.true(CONTENT.equals(await readFile(join(folder, FILE.name))))
  t.deepEqual(ranges, [null])
})

/** Servers that cannot continue, and what they are asked for. */
const RESTARTS = {
  'answers a range with the whole file': {
    status: 200,
    head: {},
    ranges: ['bytes=500-']
  },
  'refuses the range': { status: 416, head: {}, ranges: ['bytes=500-', null] },
  'gives another range': {
    status: 206,
    head: { 'content-range': `bytes 0-${LENGTH - 1}/${LENGTH}` },
    ranges: ['bytes=500-', null]
  },
  'gives a range of a file of another length': {
    status: 206,
    head: { 'content-range': 'bytes 500-999/1000' },
    ranges: ['bytes=500-', null]
  },
  'does not say which range it gives': { status: 206, head: {}, ranges: ['bytes=500-', null] }
} as const

for (const [title, { status, head, ranges: expected }] of Object.entries(RESTARTS)) {
  test(`should begin anew when the server ${title}`, async (t) => {
    const folder = await temporaryFolder(t)
    await writeFile(join(folder, 'file.bin.part'), Buffer.alloc(500))
    const { base, ranges } = await serve(t, (request, response) => {
      if (request.headers.range === undefined) good(request, response)
      else response.writeHead(status, head).end(CONTENT)
    })
    await fetchFiles([FILE], optionsFor(base, folder))
    t.true(CONTENT.equals(await readFile(join(folder, FILE.name))))
    t.deepEqual(ranges, expected)
  })
}

test('should fetch an empty file', async (t) => {
  const folder = await temporaryFolder(t)
  const empty = remoteFile('empty.bin', Buffer.alloc(0))
  const { base } = await serve(t, (_, response) => response.end())
  await fetchFiles([empty], optionsFor(base, folder))
  t.is((await readFile(join(folder, 'empty.bin'))).length, 0)
})
