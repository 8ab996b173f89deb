import { readdir, readFile, writeFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
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
  problemOf,
  serve,
  temporaryFolder
} from './download-server.ts'

const flipped = Buffer.from(CONTENT)
flipped[LENGTH - 1] = flipped[LENGTH - 1]! ^ 1

/** What a server does, the rule it breaks, and what is left of the file. */
const BROKEN: Readonly<Record<string, readonly [RequestListener, RegExp, readonly string[]]>> = {
  'another file of the same length': [
    (_, response) => response.end(flipped),
    new RegExp(`^must have the SHA-256 ${FILE.sha256}, has [0-9a-f]{64}; what came was deleted$`),
    []
  ],
  'a longer file': [
    (_, response) => response.end(Buffer.alloc(LENGTH + 1)),
    /^must be 300000 bytes long, the server says 300001$/,
    ['file.bin.part']
  ],
  'a file without end': [
    (_, response) => {
      const more = (): unknown => response.write(Buffer.alloc(65_536), more)
      response.on('error', () => undefined)
      more()
    },
    /^must be 300000 bytes long, goes on after them$/,
    ['file.bin.part']
  ],
  'nothing of that name': [
    (_, response) => response.writeHead(404).end('no such thing'),
    /^must be there, the server answers 404 Not Found$/,
    ['file.bin.part']
  ],
  'a part nobody asked for': [
    (_, response) => response.writeHead(206, { 'content-range': 'bytes 0-9/10' }).end('0123456789'),
    /^must be there, the server answers 206/,
    ['file.bin.part']
  ],
  'no content': [
    (_, response) => response.writeHead(204).end(),
    /^must be there, the server answers 204/,
    ['file.bin.part']
  ],
  'redirections in a circle': [
    (_, response) => response.writeHead(302, { location: '/data/file.bin' }).end(),
    /^must be within reach: /,
    ['file.bin.part']
  ],
  'a connection that is cut before the first byte': [
    (request, response) => {
      answerHead(request, response)
      response.flushHeaders()
      response.destroy()
    },
    /^must be within reach: /,
    ['file.bin.part']
  ]
}

for (const [title, [listener, rule, left]] of Object.entries(BROKEN)) {
  test(`should say so when the server gives ${title}`, async (t) => {
    const folder = await temporaryFolder(t)
    const { base } = await serve(t, listener)
    const problem = await problemOf(t, fetchFiles([FILE], optionsFor(base, folder)))
    t.is(problem.path, `${base}/file.bin`)
    t.regex(problem.rule, rule)
    t.is(problem.remedy, 'bring it by hand')
    t.deepEqual(await readdir(folder), left)
    // The next try is not spoilt by what this one has left.
    await fetchFiles([FILE], optionsFor((await serve(t, good)).base, folder))
    t.true(CONTENT.equals(await readFile(join(folder, FILE.name))))
  })
}

test('should delete the remains of another file when the whole has the wrong hash', async (t) => {
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, 'file.bin.part'), Buffer.alloc(500))
  const { base } = await serve(t, good)
  const problem = await problemOf(t, fetchFiles([FILE], optionsFor(base, folder)))
  t.regex(problem.rule, /SHA-256/)
  t.deepEqual(await readdir(folder), [])
})

for (const [title, before] of [
  ['does not answer', -1],
  ['falls silent after the head', 0],
  ['falls silent in the middle', 1000]
] as const) {
  test(`should give a server up that ${title}, and keep what has come`, async (t) => {
    const folder = await temporaryFolder(t)
    const { base, ranges } = await serve(t, (request, response) => {
      if (before < 0) return
      const start = answerHead(request, response)
      response.flushHeaders()
      response.write(CONTENT.subarray(start, before))
    })
    const options = { ...optionsFor(base, folder), idleMs: 1500 }
    const problem = await problemOf(t, fetchFiles([FILE], options))
    t.is(problem.rule, 'must be within reach: no answer for 1.5 s')
    t.deepEqual(await readdir(folder), ['file.bin.part'])
    const part = await readFile(join(folder, 'file.bin.part'))
    t.true(CONTENT.subarray(0, Math.max(0, before)).equals(part))
    t.deepEqual(ranges, before > 0 ? [null, `bytes=${before}-`] : [null])
  })
}

test('should not go on for ever with a server that gives a little each time', async (t) => {
  const folder = await temporaryFolder(t)
  let cut = (): unknown => undefined
  const { base, ranges } = await serve(t, (request, response) => {
    const start = answerHead(request, response)
    response.write(CONTENT.subarray(start, start + 10))
    cut = () => response.destroy()
  })
  const onProgress = ({ done }: Progress): unknown => done === 10 * ranges.length && cut()
  const options = { ...optionsFor(base, folder), onProgress }
  const problem = await problemOf(t, fetchFiles([FILE], options))
  t.regex(problem.rule, /^must be within reach: /)
  t.is(ranges.length, 10)
  t.true(CONTENT.subarray(0, 100).equals(await readFile(join(folder, 'file.bin.part'))))
})

test('should name what nothing listens at', async (t) => {
  const folder = await temporaryFolder(t)
  // No service has this number, and nobody is given it by chance, as a port that has been closed again may be.
  const options = optionsFor('http://127.0.0.1:4/', folder)
  const problem = await problemOf(t, fetchFiles([FILE], options))
  t.is(problem.rule, 'must be within reach: ECONNREFUSED')
})

test('should name the folder where nothing can be kept', async (t) => {
  const folder = await temporaryFolder(t)
  const file = join(folder, 'file')
  await writeFile(file, '')
  const { base, ranges } = await serve(t, good)
  const problem = await problemOf(t, fetchFiles([FILE], optionsFor(base, join(file, 'below'))))
  t.is(problem.path, join(file, 'below'))
  t.regex(problem.rule, /ENOTDIR/)
  t.regex(problem.remedy, /SWARMGRAD_CACHE/)
  t.deepEqual(ranges, [])
})

test('should end when told to, keep what has come and give the lock back', async (t) => {
  const folder = await temporaryFolder(t)
  const { base } = await serve(t, (request, response) => {
    answerHead(request, response)
    response.write(CONTENT.subarray(0, 1000))
  })
  const controller = new AbortController()
  const reason = new Error('enough')
  const onProgress = ({ done }: Progress): void => {
    if (done > 0) controller.abort(reason)
  }
  const { signal } = controller
  const options = { ...optionsFor(base, folder), onProgress, signal }
  t.is(await t.throwsAsync(fetchFiles([FILE], options)), reason)
  t.deepEqual(await readdir(folder), ['file.bin.part'])
  const again = { ...optionsFor(base, folder), signal }
  t.is(await t.throwsAsync(fetchFiles([FILE], again)), reason)
})
