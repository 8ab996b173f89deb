import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { seeded } from '../../../src/random.ts'
import { PeerBook } from '../../../src/storage/peer-book.ts'
import { folder } from './folder.ts'

const SWARM = 'c0ffee0123456789'.repeat(4)
const DAY = 24 * 60 * 60_000
const NOW = 1_800_000_000_000

/** Like a peer id. */
const nameOf = (index: number): string =>
  `12D3KooW${String(index).padStart(8, 'y')}`.padEnd(52, 'x').replaceAll('0', 'z')
const addressOf = (index: number): string => `/ip4/192.0.2.${index % 256}/tcp/4001`
const TRAINER = { role: 'trainer', addresses: [addressOf(1)] } as const

/** A book whose clock the test sets. */
const open = async (place: string, swarm = SWARM, now = NOW) => {
  const clock = { now }
  const { book, notice } = await PeerBook.open(place, swarm, () => clock.now)
  return { book, notice, clock }
}

const fileOf = (place: string): string => join(place, 'peers.json')
const exists = async (place: string): Promise<boolean> =>
  (await readdir(place)).includes('peers.json')

const written = async (place: string): Promise<{ peers: Array<{ name: string; seen: number }> }> =>
  JSON.parse(await readFile(fileOf(place), 'utf8'))

test('should be empty at first, and write nothing while it is', async (t) => {
  const place = await folder(t)
  const { book, notice } = await open(place)
  t.is(notice, null)
  t.deepEqual(book.known(), [])
  t.is(await book.close(), null)
  t.deepEqual(await readdir(place), [])
})

test('should know after a restart whom it has heard, the latest first', async (t) => {
  const place = await folder(t)
  const { book, clock } = await open(place)
  book.heard(nameOf(1), TRAINER)
  clock.now += 1000
  book.heard(nameOf(2), { role: 'bootstrap', addresses: [addressOf(2), addressOf(3)] })
  t.is(await book.close(), null)
  t.is((await stat(fileOf(place))).mode & 0o777, 0o600)
  t.deepEqual(await readdir(place), ['peers.json'])

  const again = await open(place, SWARM, NOW + DAY)
  const swarm = SWARM.slice(0, 16)
  const expected = [
    {
      name: nameOf(2),
      swarm,
      role: 'bootstrap',
      addresses: [addressOf(2), addressOf(3)],
      seen: NOW + 1000
    },
    { name: nameOf(1), swarm, ...TRAINER, seen: NOW }
  ] as const
  t.deepEqual(again.book.known(), expected as never)
  t.deepEqual(again.book.candidates(), expected as never)
  t.deepEqual([...again.book.roles].sort(), [
    [nameOf(1), 'trainer'],
    [nameOf(2), 'bootstrap']
  ])
})

test('should keep swarms apart, and all of them', async (t) => {
  const place = await folder(t)
  const first = await open(place)
  first.book.heard(nameOf(1), TRAINER)
  await first.book.close()
  const second = await open(place, 'd'.repeat(64))
  t.deepEqual(second.book.known(), [])
  second.book.heard(nameOf(2), TRAINER)
  await second.book.close()
  const third = await open(place)
  t.deepEqual(
    third.book.known().map(({ name }) => name),
    [nameOf(1)]
  )
})

test('should write only what is new: a word in ten minutes is enough', async (t) => {
  const place = await folder(t)
  const { book, clock } = await open(place)
  const seen = async (): Promise<number> => (await written(place)).peers[0]!.seen
  book.heard(nameOf(1), TRAINER)
  await book.close()
  clock.now = NOW + 599_999
  book.heard(nameOf(1), TRAINER)
  await book.close()
  t.is(await seen(), NOW)
  clock.now = NOW + 600_000
  book.heard(nameOf(1), TRAINER)
  await book.close()
  t.is(await seen(), NOW + 600_000)
  clock.now += 1
  book.heard(nameOf(1), { ...TRAINER, addresses: [addressOf(9)] })
  await book.close()
  t.is(await seen(), NOW + 600_001, 'it has moved')
  clock.now += 1
  book.heard(nameOf(1), { role: 'observer', addresses: [addressOf(9)] })
  await book.close()
  t.is(await seen(), NOW + 600_002, 'it is something else')
})

test('should write once a minute at the most, whatever the clock does, and at the end', async (t) => {
  const place = await folder(t)
  const { book, clock } = await open(place)
  const names = async () => (await written(place)).peers.length
  book.heard(nameOf(1), TRAINER)
  await book.save()
  t.is(await names(), 1)
  book.heard(nameOf(2), TRAINER)
  clock.now = NOW + 59_999
  await book.save()
  t.is(await names(), 1)
  clock.now = NOW + 60_000
  await book.save()
  t.is(await names(), 2)
  book.heard(nameOf(3), TRAINER)
  clock.now = NOW - DAY
  await book.save()
  t.is(await names(), 3, 'set back by a day')
  book.heard(nameOf(4), TRAINER)
  await book.close()
  t.is(await names(), 4)
})

test('should forget those it has not heard for longest, as a sorted list does', async (t) => {
  const place = await folder(t)
  const { book, clock } = await open(place)
  const random = seeded(4)
  const last = new Map<string, number>()
  for (let i = 0; i < 4000; i++) {
    clock.now++
    const name = nameOf(random.integer(1500))
    book.heard(name, TRAINER)
    last.set(name, clock.now)
    if (last.size > 1000) {
      const [oldest] = [...last].sort(([, a], [, b]) => a - b)[0]!
      last.delete(oldest)
    }
  }
  const expected = [...last].sort(([, a], [, b]) => b - a).map(([name]) => name)
  t.is(expected.length, 1000)
  t.deepEqual(
    book.known().map(({ name }) => name),
    expected
  )
  await book.close()
  t.true((await stat(fileOf(place))).size < 1 << 20)
  const again = await open(place, SWARM, clock.now)
  t.is(again.notice, null)
  t.is(again.book.known().length, 1000)
})

test('should keep four addresses of each, and nothing that is none', async (t) => {
  const place = await folder(t)
  const { book } = await open(place)
  book.heard(nameOf(1), { role: 'trainer', addresses: [1, 2, 3, 4, 5].map(addressOf) })
  t.deepEqual(book.known()[0]?.addresses, [1, 2, 3, 4].map(addressOf))
  book.heard('no peer id!', TRAINER)
  book.heard(nameOf(2), { role: 'trainer', addresses: ['/ip4/\n'] })
  book.heard(nameOf(3), { role: 'trainer', addresses: [`/${'x'.repeat(500)}`] })
  t.is(book.known().length, 1)
})

test('should have the address that worked last first, and say so after a restart', async (t) => {
  const place = await folder(t)
  const { book } = await open(place)
  const [first, second, third] = [1, 2, 3].map(addressOf) as [string, string, string]
  book.heard(nameOf(1), { role: 'trainer', addresses: [first, second] })
  t.deepEqual(book.addresses(nameOf(1)), [first, second])
  book.worked(nameOf(1), second)
  t.deepEqual(book.addresses(nameOf(1)), [second, first])
  book.heard(nameOf(1), { role: 'trainer', addresses: [first, second] })
  t.deepEqual(book.addresses(nameOf(1)), [second, first], 'whatever order the peer says them in')
  book.worked(nameOf(1), third)
  t.deepEqual(book.addresses(nameOf(1)), [third, second, first], 'one that it does not say')
  await book.close()
  const again = await open(place)
  t.is(again.notice, null)
  t.deepEqual(again.book.addresses(nameOf(1)), [third, second, first])
})

test('should keep where a peer was before, as far as there is room', async (t) => {
  const { book } = await open(await folder(t))
  for (let i = 1; i <= 6; i++) {
    for (let word = 0; word < 2; word++) {
      book.heard(nameOf(1), { role: 'trainer', addresses: [addressOf(i)] })
    }
  }
  t.deepEqual(book.addresses(nameOf(1)), [6, 5, 4, 3].map(addressOf))
})

test('should know nothing of addresses of peers that it has not heard in this swarm', async (t) => {
  const place = await folder(t)
  const { book } = await open(place)
  book.worked(nameOf(1), addressOf(1))
  t.deepEqual(book.addresses(nameOf(1)), [])
  book.heard(nameOf(1), TRAINER)
  book.worked(nameOf(1), 'no address')
  t.deepEqual(book.addresses(nameOf(1)), TRAINER.addresses)
  await book.close()
  const other = await open(place, 'd'.repeat(64))
  other.book.worked(nameOf(1), addressOf(2))
  t.deepEqual(other.book.addresses(nameOf(1)), [])
})

test('should offer those of the last 30 days, and the others only when there are none', async (t) => {
  const place = await folder(t)
  const { book, clock } = await open(place)
  const names = () => book.candidates().map(({ name }) => name)
  book.heard(nameOf(1), TRAINER)
  clock.now = NOW + 2 * DAY
  book.heard(nameOf(2), TRAINER)
  clock.now = NOW + 30 * DAY
  t.deepEqual(names(), [nameOf(2), nameOf(1)])
  clock.now++
  t.deepEqual(names(), [nameOf(2)])
  clock.now = NOW + 300 * DAY
  t.deepEqual(names(), [nameOf(2), nameOf(1)])
})

test('should not let a clock that was ahead keep anybody for ever', async (t) => {
  const place = await folder(t)
  const ahead = await open(place, SWARM, NOW + 5000 * DAY)
  ahead.book.heard(nameOf(1), TRAINER)
  await ahead.book.close()
  const { book } = await open(place)
  t.is(book.known()[0]?.seen, NOW)
})

test('should not mind a clock before 1970', async (t) => {
  const { book } = await open(await folder(t), SWARM, -5)
  book.heard(nameOf(1), TRAINER)
  t.is(book.candidates()[0]?.seen, 0)
})

/** A book of three, on the disk. */
const bookOfThree = async (t: ExecutionContext): Promise<string> => {
  const place = await folder(t)
  const { book } = await open(place)
  for (const index of [1, 2, 3]) book.heard(nameOf(index), TRAINER)
  await book.close()
  return place
}

test('should survive every flipped bit and every truncation, and set the file aside', async (t) => {
  const place = await bookOfThree(t)
  const whole = await readFile(fileOf(place))
  const random = seeded(9)
  const damaged = Array.from({ length: 200 }, (_, i) => {
    if (i % 2 === 0) return whole.subarray(0, random.integer(whole.length))
    const flipped = Buffer.from(whole)
    flipped[random.integer(flipped.length)]! ^= 1 << random.integer(8)
    return flipped
  })
  for (const content of damaged) {
    await writeFile(fileOf(place), content)
    const { book, notice } = await open(place)
    for (const peer of book.known()) t.true(peer.addresses.length <= 4)
    if (notice === null) t.is(JSON.parse(content.toString()).peers.length, 3)
    else {
      t.true(notice.includes('peers.json.damaged'), notice)
      t.false(await exists(place))
      t.deepEqual(await readFile(`${fileOf(place)}.damaged`), content)
    }
  }
})

const entry = { name: nameOf(1), swarm: SWARM.slice(0, 16), ...TRAINER, seen: NOW }
const bookOf = (peers: unknown, format = 'swarmgrad/peers/1') => JSON.stringify({ format, peers })

for (const [what, content] of Object.entries({
  'nothing at all': '',
  'another format': bookOf([entry], 'swarmgrad/peers/2'),
  'too many peers': bookOf(Array.from({ length: 1001 }, () => entry)),
  'no list': bookOf({ length: 1e9 }),
  'a list that never ends': '['.repeat(500_000),
  'too many bytes': ' '.repeat(3 << 20)
})) {
  test(`should go on without a book of ${what}`, async (t) => {
    const place = await folder(t)
    await writeFile(fileOf(place), content)
    const { book, notice } = await open(place)
    t.regex(notice!, /set aside as .*peers\.json\.damaged$/)
    t.deepEqual(book.known(), [])
    book.heard(nameOf(5), TRAINER)
    t.is(await book.close(), null)
    t.is((await written(place)).peers.length, 1)
  })
}

for (const [what, change] of Object.entries<object>({
  'a name that is a path': { name: '../../identity.key' },
  'five addresses': { addresses: [1, 2, 3, 4, 5].map(addressOf) },
  'an address with an escape sequence': { addresses: ['/\u001b[2J'] },
  'an unknown role': { role: 'leader' },
  'a time that is none': { seen: -1 },
  'more than it should have': { note: 'x' }
})) {
  test(`should leave out an entry with ${what}, and keep the others`, async (t) => {
    const place = await folder(t)
    await writeFile(fileOf(place), bookOf([{ ...entry, name: nameOf(2), ...change }, entry]))
    const { book, notice } = await open(place)
    t.deepEqual(
      book.known().map(({ name }) => name),
      [nameOf(1)]
    )
    t.regex(notice!, /has 1 entries that no peer has written: 1 peers of it are known/)
  })
}

test('should go on when there is a folder in its place, and say once that it cannot write', async (t) => {
  const place = await folder(t)
  await mkdir(join(fileOf(place), 'x'), { recursive: true })
  await mkdir(join(`${fileOf(place)}.damaged`, 'x'), { recursive: true })
  const { book, notice } = await open(place)
  t.regex(notice!, /is no file.*could not be set aside/)
  book.heard(nameOf(1), TRAINER)
  t.regex((await book.close())!, /cannot be written \(\w+\): .*make room/)
  t.is(await book.close(), null, 'once is enough')
  t.deepEqual(
    book.known().map(({ name }) => name),
    [nameOf(1)]
  )
})

test('should write again once the folder can be written', async (t) => {
  const place = join(await folder(t), 'gone')
  const { book } = await open(place)
  book.heard(nameOf(1), TRAINER)
  t.regex((await book.close())!, /ENOENT/)
  await mkdir(place)
  t.is(await book.close(), null)
  t.is((await written(place)).peers.length, 1)
})
