import test from 'ava'
import { InvalidInputError } from '../../../src/errors.ts'
import { parseSchedule } from '../../../src/peer/schedule.ts'

// Clocks go from 02:00 to 03:00 on 29 March 2026, and from 03:00 back to 02:00 on 25 October.
process.env['TZ'] = 'Europe/Berlin'

const SUMMER = '+02:00'
const WINTER = '+01:00'

const at = (time: string, offset = SUMMER): Date => new Date(`${time}${offset}`)

const day = '2026-07-01'

test('should be open from the first minute to the last before the end', (t) => {
  const { isOpen } = parseSchedule(['09:30-17:00'])
  t.false(isOpen(at(`${day}T09:29:59`)))
  t.true(isOpen(at(`${day}T09:30:00`)))
  t.true(isOpen(at(`${day}T16:59:59`)))
  t.false(isOpen(at(`${day}T17:00:00`)))
})

test('should go on over midnight', (t) => {
  const { isOpen, nextChange } = parseSchedule(['22:00-07:00'])
  t.true(isOpen(at(`${day}T23:00`)))
  t.true(isOpen(at(`${day}T00:00`)))
  t.false(isOpen(at(`${day}T07:00`)))
  t.deepEqual(nextChange(at(`${day}T12:00`)), at(`${day}T22:00`))
  t.deepEqual(nextChange(at(`${day}T22:00`)), at('2026-07-02T07:00'))
})

test('should be open in each of several intervals, and through those that meet', (t) => {
  const { isOpen, nextChange } = parseSchedule([
    '00:00-06:00',
    '05:00-08:15',
    '08:15-09:00',
    '12:00-13:00'
  ])
  t.true(isOpen(at(`${day}T08:15`)))
  t.false(isOpen(at(`${day}T11:00`)))
  t.deepEqual(nextChange(at(`${day}T01:00`)), at(`${day}T09:00`))
  t.deepEqual(nextChange(at(`${day}T09:00`)), at(`${day}T12:00`))
})

test('should never change where intervals leave no gap', (t) => {
  const { isOpen, nextChange } = parseSchedule(['00:00-12:00', '12:00-00:00'])
  t.true(isOpen(at(`${day}T12:00`)))
  t.is(nextChange(at(`${day}T12:00`)), null)
})

test('should leave out an hour that does not exist', (t) => {
  const schedule = parseSchedule(['02:00-03:00'])
  t.deepEqual(
    schedule.nextChange(at('2026-03-28T12:00', WINTER)),
    at('2026-03-30T02:00'),
    'the 29th has no such hour'
  )
  const night = parseSchedule(['22:00-02:30'])
  t.true(night.isOpen(at('2026-03-29T01:59', WINTER)))
  t.false(night.isOpen(at('2026-03-29T03:00')))
  t.deepEqual(night.nextChange(at('2026-03-29T01:00', WINTER)), at('2026-03-29T03:00'))
})

test('should count an hour twice that comes twice', (t) => {
  const { isOpen, nextChange } = parseSchedule(['02:00-03:00'])
  t.deepEqual(nextChange(at('2026-10-25T00:00')), at('2026-10-25T02:00'))
  t.true(isOpen(at('2026-10-25T02:30')))
  t.true(isOpen(at('2026-10-25T02:30', WINTER)))
  t.deepEqual(nextChange(at('2026-10-25T02:00')), at('2026-10-25T03:00', WINTER))
  const half = parseSchedule(['02:15-02:30'])
  t.deepEqual(half.nextChange(at('2026-10-25T02:30')), at('2026-10-25T02:15', WINTER))
})

test('should agree with isOpen at every minute of a year', (t) => {
  const { isOpen, nextChange } = parseSchedule(['22:00-07:00', '12:00-12:45'])
  const begin = at('2026-01-01T00:00', WINTER).getTime()
  const end = begin + 365 * 86_400_000
  let next = nextChange(new Date(begin))!
  for (let time = begin + 60_000; time < end; time += 60_000) {
    const changes = isOpen(new Date(time)) !== isOpen(new Date(time - 60_000))
    if (changes !== (next.getTime() === time)) t.fail(new Date(time).toISOString())
    if (changes) next = nextChange(new Date(time))!
  }
  t.pass()
})

test('should say what is wrong with what is no schedule', (t) => {
  const problems = (train: readonly string[]): readonly string[] =>
    t
      .throws(() => parseSchedule(train), { instanceOf: InvalidInputError })!
      .problems.map(({ path, rule }) => `${path}: ${rule}`)
  t.deepEqual(problems(['22:00-07:00', '07:00-07:00', '24:00-01:00', 'night']), [
    'schedule.train[1]: begins when it ends: 07:00-07:00',
    'schedule.train[2]: is no HH:MM-HH:MM: 24:00-01:00',
    'schedule.train[3]: is no HH:MM-HH:MM: night'
  ])
  t.deepEqual(problems([]), ['schedule.train: must name a time'])
})
