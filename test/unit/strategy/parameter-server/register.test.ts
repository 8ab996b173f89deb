/** One member's vote: a term goes to one candidate, and nothing is said before it would outlive a crash. */
import test from 'ava'
import type { Message, Vote } from '../../../../src/strategy/parameter-server/kinds.ts'
import { Register } from '../../../../src/strategy/parameter-server/register.ts'
import type { Surroundings } from '../../../../src/strategy/parameter-server/surroundings.ts'

const sceneOf = () => {
  const said: Array<{ to: string; message: Message }> = []
  const votes: Vote[] = []
  const waiting: Array<() => void> = []
  const around = {
    copyOf: () => ({ version: 4, round: 4 }),
    send: (to: string, message: Message) => void said.push({ to, message }),
    persist: (vote: Vote, then: () => void) => {
      votes.push(vote)
      waiting.push(then)
    }
  } as unknown as Surroundings
  const register = new Register(around, 0)
  const kept = (): void => {
    for (const then of waiting.splice(0)) then()
  }
  const answers = () =>
    said.splice(0).map(({ to, message }) => {
      const granted = 'granted' in message && message.granted
      return `${message.kind} ${to} ${'term' in message ? message.term : ''} ${granted}`
    })
  return { register, votes, kept, answers }
}

test('should say nothing before the disk has it', (t) => {
  const { register, kept, answers, votes } = sceneOf()
  register.stand('a', 3, 0)
  register.stand('a', 3, 0)
  t.deepEqual(answers(), [])
  kept()
  t.deepEqual(answers(), ['promise a 3 true', 'promise a 3 true'])
  t.is(votes[0]!.promised, 3)
  register.stand('a', 3, 0)
  t.deepEqual(answers(), ['promise a 3 true'], 'what is kept already is not waited for')
})

test('should promise a term to one candidate only, and none below it to anyone', (t) => {
  const { register, kept, answers } = sceneOf()
  register.stand('a', 3, 0)
  register.stand('b', 3, 0)
  register.stand('b', 2, 0)
  register.settle('b', { term: 3, group: ['b'] })
  register.settle('a', { term: 3, group: ['a', 'c'] })
  kept()
  t.deepEqual(answers(), [
    'promise a 3 true',
    'promise b 3 false',
    'promise b 2 false',
    'settled b 3 false',
    'settled a 3 true'
  ])
})

test('should settle one group in a term, even for a candidate that has forgotten the first', (t) => {
  const { register, kept, answers } = sceneOf()
  register.stand('a', 3, 0)
  register.settle('a', { term: 3, group: ['a', 'c'] })
  register.stand('a', 3, 0)
  register.settle('a', { term: 3, group: ['a', 'd'] })
  register.settle('a', { term: 3, group: ['a', 'c'] })
  kept()
  t.deepEqual(answers().slice(2), ['promise a 3 true', 'settled a 3 false', 'settled a 3 true'])
  t.deepEqual(register.vote.accepted, { term: 3, group: ['a', 'c'] })
})

test('should hold to what an earlier life has promised', (t) => {
  const first = sceneOf()
  first.register.stand('a', 5, 0)
  first.register.settle('a', { term: 5, group: ['a'] })
  const { register, kept, answers } = sceneOf()
  for (const vote of first.votes) register.recall(vote)
  register.stand('b', 5, 0)
  register.settle('b', { term: 4, group: ['b'] })
  register.stand('b', 6, 0)
  kept()
  t.deepEqual(answers(), ['promise b 5 false', 'settled b 4 false', 'promise b 6 true'])
  t.deepEqual(register.vote.accepted, { term: 5, group: ['a'] })
})
