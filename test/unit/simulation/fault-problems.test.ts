/** A calendar that contradicts itself is refused, with the place and a sentence; a legal one is not. */
import test from 'ava'
import { faultProblems } from '../../../src/simulation/faults/fault-problems.ts'
import { faultSchema } from '../../../src/simulation/faults/fault-schema.ts'

const PEERS = 8

const problemsOf = (faults: readonly object[], peers = PEERS) =>
  faultProblems(
    faults.map((fault) => faultSchema.parse(fault)),
    peers
  ).map(({ path, rule }) => `${path}: ${rule}`)

const churn = { kind: 'churn', meanUpMs: 100, meanAwayMs: 50 }

const CONTRADICTIONS: Readonly<Record<string, readonly [object[], string[]]>> = {
  'a crash that returns before it goes': [
    [{ kind: 'crash', peers: [1], atMs: 500, returnMs: 400 }],
    ['faults[0].returnMs: a peer that goes at 500 ms cannot be back at 400 ms']
  ],
  'a leave that returns the moment it goes': [
    [{ kind: 'leave', peers: [1], atMs: 500, returnMs: 500 }],
    ['faults[0].returnMs: a peer that goes at 500 ms cannot be back at 500 ms']
  ],
  'a partition that ends before it begins': [
    [{ kind: 'partition', groups: [[0]], fromMs: 20, toMs: 10 }],
    ['faults[0].toMs: must be after fromMs, 20, is 10']
  ],
  'churn that ends when it begins': [
    [{ ...churn, fromMs: 20, toMs: 20 }],
    ['faults[0].toMs: must be after fromMs, 20, is 20']
  ],
  'a peer that goes while it is away': [
    [
      { kind: 'leave', peers: [2, 3], atMs: 100, returnMs: 900 },
      { kind: 'crash', peers: [3], atMs: 500 }
    ],
    ['faults[1].atMs: peer 3 goes while it is away until 900 ms']
  ],
  'the same in the other order of the list': [
    [
      { kind: 'crash', peers: [3], atMs: 500 },
      { kind: 'leave', peers: [2, 3], atMs: 100, returnMs: 900 }
    ],
    ['faults[0].atMs: peer 3 goes while it is away until 900 ms']
  ],
  'a peer that goes although it has gone for good': [
    [
      { kind: 'crash', peers: [3], atMs: 100 },
      { kind: 'leave', peers: [3], atMs: 500, returnMs: 600 }
    ],
    ['faults[1].atMs: peer 3 goes although it has gone for good at 100 ms']
  ],
  'two goings at one moment': [
    [
      { kind: 'leave', peers: [3], atMs: 100 },
      { kind: 'crash', peers: [3], atMs: 100 }
    ],
    ['faults[1].atMs: peer 3 goes although it has gone for good at 100 ms']
  ],
  'a peer that goes before it joins': [
    [
      { kind: 'leave', peers: [4], atMs: 100 },
      { kind: 'join', peers: [4], atMs: 200 }
    ],
    ['faults[0].atMs: peer 4 goes before it joins at 200 ms']
  ],
  'a peer that joins twice': [
    [
      { kind: 'join', peers: [4], atMs: 200 },
      { kind: 'join', peers: [4, 5], atMs: 300 }
    ],
    ['faults[1].atMs: peer 4 joins a second time']
  ],
  'a peer that there is not': [
    [{ kind: 'join', peers: [7, 8], atMs: 0 }],
    ['faults[0].peers: names peer 8, and the peers are 0 to 7']
  ],
  'a partition of peers that there are not': [
    [{ kind: 'partition', groups: [[0], [1, 99]], fromMs: 0 }],
    ['faults[0].groups: names peer 99, and the peers are 0 to 7']
  ],
  'churn of peers that there are not': [
    [{ ...churn, peers: [100] }],
    ['faults[0].peers: names peer 100, and the peers are 0 to 7']
  ],
  'a peer listed twice': [
    [{ kind: 'crash', peers: [2, 1, 2], atMs: 0 }],
    ['faults[0].peers: names peer 2 twice']
  ],
  'a peer in two groups': [
    [{ kind: 'partition', groups: [[0, 1], [1]], fromMs: 0 }],
    ['faults[0].groups: names peer 1 twice']
  ],
  'a peer in churn and in a crash': [
    [{ kind: 'crash', peers: [6], atMs: 100 }, churn],
    ['faults[1].peers: peer 6 is also in faults[0]']
  ],
  'a peer in churn and in a later leave': [
    [
      { ...churn, peers: [5, 6] },
      { kind: 'leave', peers: [6], atMs: 100 }
    ],
    ['faults[0].peers: peer 6 is also in faults[1]']
  ],
  'a peer in two churns': [
    [{ ...churn, peers: [5, 6] }, churn],
    ['faults[1].peers: peer 5 is also in faults[0]']
  ]
}

for (const [name, [faults, expected]] of Object.entries(CONTRADICTIONS)) {
  test(`should refuse ${name}`, (t) => {
    t.deepEqual(problemsOf(faults), expected)
  })
}

test('should say what to do about each contradiction', (t) => {
  for (const [name, [faults]] of Object.entries(CONTRADICTIONS)) {
    const parsed = faults.map((fault) => faultSchema.parse(fault))
    for (const { remedy } of faultProblems(parsed, PEERS)) t.regex(remedy, /^[a-z].{8,}[^.]$/, name)
  }
})

test('should name every peer that contradicts itself, not only the first', (t) => {
  const faults = [
    { kind: 'crash', peers: [0, 1, 2], atMs: 100 },
    { kind: 'crash', peers: [2, 0], atMs: 200 }
  ]
  t.deepEqual(problemsOf(faults), [
    'faults[1].atMs: peer 0 goes although it has gone for good at 100 ms',
    'faults[1].atMs: peer 2 goes although it has gone for good at 100 ms'
  ])
})

const LEGAL: Readonly<Record<string, readonly object[]>> = {
  'no fault': [],
  'a life of comings and goings, in any order of the list': [
    { kind: 'crash', peers: [1], atMs: 700, returnMs: 800, state: 'lost' },
    { kind: 'leave', peers: [1], atMs: 300, returnMs: 600 },
    { kind: 'join', peers: [1], atMs: 100 },
    { kind: 'leave', peers: [1], atMs: 900 }
  ],
  'a going at the moment of the return': [
    { kind: 'leave', peers: [1], atMs: 300, returnMs: 600 },
    { kind: 'crash', peers: [1], atMs: 600 }
  ],
  'overlapping partitions': [
    { kind: 'partition', groups: [[0, 1], [2]], fromMs: 0, toMs: 100 },
    { kind: 'partition', groups: [[1, 2]], fromMs: 50 }
  ],
  'churn of some, and a calendar for the others': [
    { ...churn, peers: [0, 1] },
    { ...churn, peers: [2] },
    { kind: 'crash', peers: [3], atMs: 10 }
  ],
  'churn of a peer that comes late': [
    { ...churn, peers: [0], fromMs: 0 },
    { kind: 'join', peers: [0], atMs: 10 }
  ],
  'a partition of someone who is away': [
    { kind: 'crash', peers: [0], atMs: 10 },
    { kind: 'partition', groups: [[0]], fromMs: 20, toMs: 30 }
  ]
}

for (const [name, faults] of Object.entries(LEGAL)) {
  test(`should accept ${name}`, (t) => {
    t.deepEqual(problemsOf(faults), [])
  })
}

/** Whether the peer can do what its calendar says: plays it, in the order of times, comings first. */
const playable = (faults: ReadonlyArray<{ atMs: number; returnMs: number | null }>): boolean => {
  const events = faults.flatMap(({ atMs, returnMs }) => [
    { at: atMs, coming: false },
    ...(returnMs === null ? [] : [{ at: returnMs, coming: true }])
  ])
  events.sort((a, b) => a.at - b.at || Number(b.coming) - Number(a.coming))
  let here = true
  for (const { coming } of events) {
    if (coming === here) return false
    here = coming
  }
  return true
}

test('should refuse exactly the calendars that cannot be played', (t) => {
  let legal = 0
  // Every calendar of two goings with times of 0 to 4, one of them without a return.
  const times = [0, 1, 2, 3, 4]
  const stays = times.flatMap((atMs) => [
    { kind: 'leave', peers: [0], atMs, returnMs: null },
    ...times.map((returnMs) => ({ kind: 'crash', peers: [0], atMs, returnMs }))
  ])
  for (const first of stays) {
    for (const second of stays) {
      const possible =
        [first, second].every(({ atMs, returnMs }) => returnMs === null || returnMs > atMs) &&
        playable([first, second])
      const found = problemsOf([first, second])
      t.is(found.length === 0, possible, JSON.stringify([first, second, found]))
      if (possible) legal++
    }
  }
  t.true(legal > 20, `only ${legal} were legal`)
})
