import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { strangersIn } from '../../../src/storage/strangers.ts'
import { folder } from './folder.ts'

const MANIFEST = 'ab'.repeat(32)
const OTHER_SWARM = 'cd'.repeat(32)
const SELF = '12D3KooW-the-peer-itself'
const place = (manifest: string, self: string): string =>
  `${manifest.slice(0, 16)}-${self.slice(-16)}`

test('peers that have kept something of this swarm should be named until the owner has, too', async (t) => {
  const state = await folder(t)
  const owner = { manifest: MANIFEST, self: SELF }
  t.deepEqual(await strangersIn(state, owner), [])
  await mkdir(join(state, 'records', place(MANIFEST, 'someone-quite-different')), {
    recursive: true
  })
  await mkdir(join(state, 'checkpoints', place(OTHER_SWARM, SELF)), { recursive: true })
  t.deepEqual(await strangersIn(state, owner), ['-quite-different'])
  await mkdir(join(state, 'checkpoints', place(MANIFEST, SELF)))
  t.deepEqual(await strangersIn(state, owner), [])
})
