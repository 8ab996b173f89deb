import { readdir, readFile, writeFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { type PublicFolderOptions, publicFolder } from '../../../src/data/public/public-folder.ts'
import type { InvalidInputError, Problem } from '../../../src/errors.ts'
import type { Sharing } from '../../../src/swarm/sharing.ts'
import {
  answerHead,
  CONTENT,
  FILE,
  good,
  LENGTH,
  serve,
  startOf,
  temporaryFolder
} from './download-server.ts'

const HALF = LENGTH / 2
const flipped = Buffer.from(CONTENT)
flipped[10] = flipped[10]! ^ 1

const nowhere: RequestListener = (_, response) => response.writeHead(404).end()
const wrong: RequestListener = (_, response) => response.end(flipped)
/** Says nothing more after a half. */
const stalling: RequestListener = (request, response) => {
  const start = answerHead(request, response)
  response.write(CONTENT.subarray(start, Math.max(start, HALF)))
}
/** The same, of another file. */
const stallingLiar: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-length': LENGTH })
  response.write(flipped.subarray(0, HALF))
}

const sharingOf = (...urls: string[]): Sharing => ({
  kind: 'public',
  files: [{ ...FILE, urls }],
  epochRounds: 100
})

interface Case {
  readonly sharing: Sharing
  readonly options: PublicFolderOptions
  readonly failed: Problem[]
  readonly ranges: ReadonlyArray<readonly (string | null)[]>
}

const caseOf = async (t: ExecutionContext, ...listeners: RequestListener[]): Promise<Case> => {
  const servers = await Promise.all(listeners.map((listener) => serve(t, listener)))
  const failed: Problem[] = []
  const cache = await temporaryFolder(t)
  return {
    sharing: sharingOf(...servers.map(({ base }) => `${base}/${FILE.name}`)),
    options: { cache, idleMs: 4000, onFailed: (problem) => void failed.push(problem) },
    failed,
    ranges: servers.map(({ ranges }) => ranges)
  }
}

const isWhole = async (t: ExecutionContext, folder: string | null): Promise<void> => {
  t.deepEqual(await readdir(folder!), [FILE.name])
  // AVA would compare them key by key.
  t.true(CONTENT.equals(await readFile(join(folder!, FILE.name))))
}

test('should fetch what is listed, once', async (t) => {
  const { sharing, options, ranges } = await caseOf(t, good)
  const seen: number[] = []
  const folder = await publicFolder(sharing, null, {
    ...options,
    onProgress: ({ done, total }) => {
      t.is(total, LENGTH)
      seen.push(done)
    }
  })
  await isWhole(t, folder)
  t.is(seen.at(-1), LENGTH)
  t.is(await publicFolder(sharing, null, options), folder)
  t.is(ranges[0]!.length, 1)
})

test('should take away from nobody what they have just fetched', async (t) => {
  const { sharing, options } = await caseOf(t, good)
  const first = publicFolder(sharing, null, options)
  let isOver = false
  void first.finally(() => {
    isOver = true
  })
  // One after the other until the file is there: some look for it just before, and act just after.
  const others: Promise<string | null>[] = []
  while (!isOver) {
    others.push(publicFolder(sharing, null, options))
    await setTimeout(1)
  }
  const folders = await Promise.all([first, ...others])
  t.is(new Set(folders).size, 1)
  await isWhole(t, folders[0]!)
})

test('should fetch again what has been damaged since', async (t) => {
  const { sharing, options } = await caseOf(t, good)
  const folder = await publicFolder(sharing, null, options)
  await writeFile(join(folder!, FILE.name), flipped)
  await publicFolder(sharing, null, options)
  await isWhole(t, folder)
})

test('should go on to the next source, and say why', async (t) => {
  const { sharing, options, failed } = await caseOf(t, nowhere, wrong, stalling, good)
  await isWhole(t, await publicFolder(sharing, null, options))
  t.is(failed.length, 3)
  t.regex(failed[0]!.rule, /the server answers 404/)
  t.regex(failed[1]!.rule, /must have the SHA-256 .*, has /)
  t.regex(failed[2]!.rule, /no answer for 4 s/)
  for (const { path } of failed) t.regex(path, /^http:\/\/127\.0\.0\.1:\d+\/data\/file\.bin$/)
})

test('should go on from where a source has stopped', async (t) => {
  const { sharing, options, ranges } = await caseOf(t, stalling, good)
  await isWhole(t, await publicFolder(sharing, null, options))
  t.deepEqual(ranges[1], [`bytes=${HALF}-`])
})

test('should not blame a source for what another one has left', async (t) => {
  const { sharing, options, failed, ranges } = await caseOf(t, stallingLiar, good)
  await isWhole(t, await publicFolder(sharing, null, options))
  t.is(failed.length, 1)
  t.deepEqual(ranges[1], [`bytes=${HALF}-`, null])
})

test('should leave nothing behind that is not the file, and name every source', async (t) => {
  const { sharing, options } = await caseOf(t, nowhere, wrong)
  const error = await t.throwsAsync<InvalidInputError>(publicFolder(sharing, null, options))
  t.is(error!.problems.length, 2)
  const folders = await readdir(join(options.cache!, 'public'))
  t.deepEqual(await readdir(join(options.cache!, 'public', folders[0]!)), [])
})

test('should give up a source that is too slow for its size', async (t) => {
  const slow: RequestListener = (request, response) => {
    const start = answerHead(request, response)
    let at = start
    const timer = setInterval(() => response.write(CONTENT.subarray(at, ++at)), 20)
    response.on('close', () => clearInterval(timer))
  }
  const { sharing, options, failed } = await caseOf(t, slow, good)
  const impatient = { ...options, leastTimeMs: 200, leastRate: LENGTH / 5 }
  // Five seconds for all of it; the slow one would need hours.
  await isWhole(t, await publicFolder(sharing, null, impatient))
  t.regex(failed[0]!.rule, /^must give 300000 bytes within 5 s$/)
})

test('should stop when it is told to', async (t) => {
  const controller = new AbortController()
  const { sharing, options } = await caseOf(t, (request, response) => {
    response.write(CONTENT.subarray(startOf(request), HALF))
    controller.abort(new Error('enough'))
  })
  const fetching = publicFolder(sharing, null, { ...options, signal: controller.signal })
  await t.throwsAsync(fetching, { message: 'enough' })
})

test('should take the files that a member has, if they are the ones', async (t) => {
  const sharing = sharingOf('http://127.0.0.1:9/never/asked')
  const folder = await temporaryFolder(t)
  const path = join(folder, FILE.name)
  const refused = async (at: string): Promise<string> => {
    const error = await t.throwsAsync<InvalidInputError>(publicFolder(sharing, at))
    t.is(error!.problems.length, 1)
    t.is(error!.problems[0]!.path, path)
    return error!.problems[0]!.rule
  }
  t.is(await refused(folder), 'must be there')
  await writeFile(path, flipped)
  t.regex(await refused(folder), /^must have the SHA-256/)
  await writeFile(path, 'short')
  t.is(await refused(path), 'must be 300000 bytes long, is 5')
  await writeFile(path, CONTENT)
  t.is(await publicFolder(sharing, folder), folder)
  t.is(await publicFolder(sharing, path), path)
})

test('should not fetch more than there is room for', async (t) => {
  const bytes = Number.MAX_SAFE_INTEGER
  const file = { ...FILE, bytes, urls: ['http://127.0.0.1:9/never/asked'] }
  const sharing: Sharing = { kind: 'public', files: [file], epochRounds: 1 }
  const cache = await temporaryFolder(t)
  await t.throwsAsync(publicFolder(sharing, null, { cache }), {
    name: 'InvalidInputError',
    message: /must have room for 9007199254740991 bytes of public data, has \d+/
  })
})

test('should say so where files cannot be kept', async (t) => {
  const { sharing, options } = await caseOf(t, good)
  const cache = join(options.cache!, 'file')
  await writeFile(cache, '')
  await t.throwsAsync(publicFolder(sharing, null, { ...options, cache }), {
    name: 'InvalidInputError',
    message: /must be a folder that files can be kept in/
  })
})

test('should leave alone what needs no files', async (t) => {
  const none: Sharing = { kind: 'public', files: [], epochRounds: 1 }
  t.is(await publicFolder(none, null), null)
  t.is(await publicFolder(none, 'somewhere'), 'somewhere')
  t.is(await publicFolder({ kind: 'own' }, 'somewhere'), 'somewhere')
})
