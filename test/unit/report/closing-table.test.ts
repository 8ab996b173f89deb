import test from 'ava'
import { closingTable } from '../../../src/report/closing-table.ts'
import { detail, RESULTS } from './results.ts'

test('should show a row for each peer and what became of the swarm', (t) => {
  t.is(
    closingTable(RESULTS),
    `quickstart, seed 1: 3 peers, virtual, gossip-averaging

peer  status    rows   alone  in the swarm    sent  rounds
   0  finished  1000  50.0 %        95.0 %  4.0 MB     200
   1  finished  1001  50.0 %        95.1 %  4.0 MB     200
   2  finished  1002  50.0 %        95.2 %  4.0 MB     200

test accuracy  95.1 % mean, 95.0 % worst peer, 95.3 % mean of the replicas
trained alone  50.0 % mean, 60.0 % best peer
consensus      distance 0.035, mean drift 2.7e-16
sent per peer  4.0 MB, 1/327 of ring all-reduce
time           31.2 s for 12.0 s of virtual time`
  )
})

test('should show a dash for what is not known and leave out facts that there are not', (t) => {
  const dead = detail(1, { status: 'died (SIGKILL)', rows: null, accuracy: null, alone: null })
  const text = closingTable({
    ...RESULTS,
    interrupted: true,
    accuracy: null,
    loss: null,
    alone: null,
    consensus: null,
    bytes: { ...RESULTS.bytes, sentPerPeer: 0, ratioToAllReduce: null },
    seconds: { wall: 1, virtual: null, compute: 1 },
    peersDetail: [dead]
  })
  t.is(
    text,
    `quickstart, seed 1: 3 peers, virtual, gossip-averaging
interrupted: these are the figures of that moment

peer  status          rows  alone  in the swarm    sent  rounds
   1  died (SIGKILL)     -      -             -  4.0 MB     200

sent per peer  0 B
time           1.0 s`
  )
})

test('should show the one hash of equal replicas, or how many there are', (t) => {
  const hashed = (...hashes: ReadonlyArray<string | null>): string =>
    closingTable({
      ...RESULTS,
      peersDetail: hashes.map((replicaHash, peer) => detail(peer, { replicaHash }))
    })
  const [a, b] = ['0123456789abcdef'.repeat(4), 'f'.repeat(64)]
  t.regex(hashed(a, a, a), /^replica hash +0123456789abcdef, the same in all 3 peers$/m)
  t.regex(hashed(a, null, a), /^replica hash +0123456789abcdef, the same in all 2 that finished$/m)
  t.regex(hashed(a, b, a), /^replica hash +2 different ones in 3 peers$/m)
  t.regex(hashed(a), /^replica hash +0123456789abcdef$/m)
  t.notRegex(hashed(null, null), /replica hash/)
})

test('should fit 80 columns with its largest figures', (t) => {
  const large = { rows: 60_000, rounds: 100_000, bytesSent: 999_900_000, accuracy: 1, alone: 1 }
  const peersDetail = [detail(9999, { ...large, status: 'failed (exit code 1)' })]
  for (const line of closingTable({ ...RESULTS, peersDetail }).split('\n')) {
    t.true(line.length <= 80, line)
  }
})

test('should show the failed and the least accurate peers of many, and say so', (t) => {
  const peersDetail = Array.from({ length: 100 }, (_, peer) => detail(peer))
  peersDetail[70] = detail(70, { status: 'died (SIGKILL)', accuracy: null })
  const text = closingTable({ ...RESULTS, peersDetail })
  const shown = [...text.matchAll(/^ *(\d+) {2}\w/gm)].map((match) => Number(match[1]))
  t.deepEqual(shown, [...Array.from({ length: 23 }, (_, peer) => peer), 70])
  t.regex(text, /the 24 of 100 peers/)
})

test('should show the loss of models without data', (t) => {
  const data = { ...RESULTS.data, name: 'none' }
  const text = closingTable({
    ...RESULTS,
    data,
    accuracy: null,
    loss: { mean: 2.4e-4, worst: null }
  })
  t.regex(text, /^loss +2\.4e-4 mean, - worst peer$/m)
})

test('should say that training diverged, in how many rounds, and what may help', (t) => {
  const peersDetail = [
    detail(0, { rounds: 6, skippedSteps: 38, divergedRounds: 2 }),
    detail(1, { rounds: 7, skippedSteps: 4, divergedRounds: 3 })
  ]
  t.regex(
    closingTable({ ...RESULTS, peersDetail }),
    /^diverged +5 of 13 rounds of all peers, 42 steps left out; a lower training\.learningRate/m
  )
  t.notRegex(closingTable(RESULTS), /diverged/)
})
