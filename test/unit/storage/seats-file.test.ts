import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { SeatsFile } from '../../../src/storage/seats-file.ts'
import { folder } from './folder.ts'

const SWARM = 'c0ffee0123456789'.repeat(4)
const seats = [1, 2, 3].map((index) => ({
  key: String(index).repeat(64),
  peer: `12D3KooW${String(index).repeat(44)}`
}))

test('should have no seats at first, and write nothing while there are none', async (t) => {
  const place = await folder(t)
  const opened = await SeatsFile.open(place, SWARM)
  t.deepEqual(opened.seats, [])
  t.is(opened.notice, null)
  t.is(await opened.file.save({ seats: [], revision: 0 }), null)
  t.deepEqual(await readdir(place), [])
})

test('should have after a restart what was saved last, for the same swarm', async (t) => {
  const place = await folder(t)
  const { file } = await SeatsFile.open(place, SWARM)
  t.is(await file.save({ seats: seats.slice(0, 1), revision: 1 }), null)
  t.is(await file.save({ seats, revision: 3 }), null)
  t.is((await stat(join(place, 'seats.json'))).mode & 0o777, 0o600)
  t.deepEqual((await SeatsFile.open(place, SWARM)).seats, seats)
  t.deepEqual((await SeatsFile.open(place, '0'.repeat(64))).seats, [])
  const before = await readFile(join(place, 'seats.json'), 'utf8')
  await file.save({ seats: [], revision: 3 })
  t.is(await readFile(join(place, 'seats.json'), 'utf8'), before, 'nothing has changed')
})

for (const [what, content] of Object.entries({
  'no JSON': '{"format":',
  'another format': '{"format":"swarmgrad/seats/9","manifest":"","seats":[]}',
  'a seat of nobody': `{"format":"swarmgrad/seats/1","manifest":"${SWARM}","seats":[{"key":"x","peer":"y"}]}`
})) {
  test(`should begin without seats, and say so, where the file holds ${what}`, async (t) => {
    const place = await folder(t)
    await writeFile(join(place, 'seats.json'), content)
    const opened = await SeatsFile.open(place, SWARM)
    t.deepEqual(opened.seats, [])
    t.regex(opened.notice!, /seats\.json is damaged/)
    t.is(await opened.file.save({ seats, revision: 1 }), null)
    t.deepEqual((await SeatsFile.open(place, SWARM)).seats, seats)
  })
}

test('should say once that the disk refuses, and go on trying', async (t) => {
  const place = join(await folder(t), 'gone')
  const { file } = await SeatsFile.open(place, SWARM)
  t.regex((await file.save({ seats, revision: 1 }))!, /seats\.json cannot be written \(ENOENT\)/)
  t.is(await file.save({ seats, revision: 2 }), null)
  await mkdir(place)
  t.is(await file.save({ seats, revision: 2 }), null)
  t.deepEqual((await SeatsFile.open(place, SWARM)).seats, seats)
})
