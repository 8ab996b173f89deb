import test from 'ava'
import type {
  ComputeAnswer,
  ComputeRequest,
  DealRequest
} from '../../../src/peer/compute-messages.ts'
import { Dealer } from '../../../src/peer/dealer.ts'

const dealerOf = (epochRounds = 10) => {
  const place = {
    now: 0,
    trains: true,
    trainers: [] as string[],
    asked: [] as DealRequest[],
    told: [] as object[],
    answer: (_seconds: number, _refused: string | null = null): void => undefined
  }
  const compute = {
    request: (request: ComputeRequest, answered: (answer: ComputeAnswer) => void): void => {
      place.asked.push(request as DealRequest)
      place.answer = (seconds, refused = null) =>
        answered({
          type: 'deal',
          parts: 3,
          trainedOn: 3,
          rows: 30,
          classes: null,
          seconds,
          refused
        })
    }
  }
  const log = {
    info: (what: object) => place.told.push(what),
    warn: (what: object) => place.told.push(what)
  }
  const dealer = new Dealer({
    compute,
    epochRounds,
    trainers: () => place.trainers,
    trains: () => place.trains,
    log: log as never,
    now: () => place.now
  })
  return { place, dealer }
}

const asked = ({ asked }: { asked: DealRequest[] }): string =>
  asked.map(({ epoch, trainers }) => `${epoch}:${trainers.join('')}`).join(' ')

test('should deal at the first round, and at every epoch', (t) => {
  const { place, dealer } = dealerOf()
  place.trainers = ['b', 'a']
  dealer.roundBegan(7)
  place.answer(0)
  for (const round of [8, 9, 10, 11, 25]) {
    dealer.roundBegan(round)
    place.answer(0)
  }
  t.is(asked(place), '0:ab 1:ab 2:ab')
})

test('should not deal while it does not train', (t) => {
  const { place, dealer } = dealerOf()
  place.trains = false
  dealer.roundBegan(0)
  t.is(asked(place), '')
  place.trains = true
  dealer.roundBegan(1)
  t.is(asked(place), '0:')
})

test('should deal anew when others train, once that has lasted', (t) => {
  const { place, dealer } = dealerOf(1000)
  dealer.roundBegan(0)
  place.answer(0)
  place.trainers = ['a']
  dealer.look()
  place.now = 14_999
  dealer.roundBegan(1)
  t.is(asked(place), '0:')
  place.now = 15_000
  dealer.roundBegan(2)
  t.is(asked(place), '0: 0:a')
})

test('who comes and goes should change nothing', (t) => {
  const { place, dealer } = dealerOf(1000)
  place.trainers = ['a']
  dealer.roundBegan(0)
  place.answer(0)
  for (let round = 1; round < 100; round++) {
    place.now += 1000
    place.trainers = round % 10 < 5 ? ['a', 'b'] : ['a']
    dealer.look()
    dealer.roundBegan(round)
  }
  t.is(asked(place), '0:a')
})

test('should deal seldom where reading takes long', (t) => {
  const { place, dealer } = dealerOf(1)
  dealer.roundBegan(0)
  place.answer(3)
  place.now = 29_999
  dealer.roundBegan(1)
  t.is(asked(place), '0:')
  place.now = 30_000
  dealer.roundBegan(2)
  t.is(asked(place), '0: 2:')
})

test('should ask for one deal at a time', (t) => {
  const { place, dealer } = dealerOf(1)
  dealer.roundBegan(0)
  dealer.roundBegan(1)
  t.is(asked(place), '0:')
  place.answer(0)
  dealer.roundBegan(2)
  t.is(asked(place), '0: 2:')
})

test('should try again later what could not be read', (t) => {
  const { place, dealer } = dealerOf()
  dealer.roundBegan(0)
  place.answer(0, 'no such file')
  place.now = 14_999
  dealer.roundBegan(1)
  t.is(asked(place), '0:')
  place.now = 15_000
  dealer.roundBegan(2)
  place.answer(0)
  t.is(asked(place), '0: 0:')
  t.is(place.told.length, 2)
})
