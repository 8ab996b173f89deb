import test from 'ava'
import { chosenPeers, closePeers } from '../../../../src/report/rounds/chosen-peers.ts'
import { type Rounds, RoundsDigest } from '../../../../src/report/rounds/digest.ts'
import type { Results } from '../../../../src/storage/results.ts'
import type { RoundRecord } from '../../../../src/storage/round-record.ts'
import { syntheticRun } from '../../../helpers/synthetic-run.ts'
import { detail, RESULTS } from '../results.ts'

const digestOf = (results: Results, records: readonly RoundRecord[]): Rounds => {
  const digest = new RoundsDigest(results)
  for (const record of records) digest.add(record)
  return digest.finish()
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

test('should keep the shape of long lines in few points', (t) => {
  const records = Array.from(
    { length: 5000 },
    (_, round): RoundRecord => ({
      peer: 1,
      round,
      atMs: 10 * (round + 1),
      loss: 5000 - round,
      accuracy: round % 10 === 0 ? round / 5000 : null,
      testLoss: null,
      heard: 2,
      missed: 0,
      bytesSent: 0,
      bytesReceived: 0,
      computeMs: 4,
      exchangeMs: 1
    })
  )
  const rounds = digestOf(RESULTS, records)
  const { loss, accuracy, testLoss, blocks } = rounds.peers[1]!
  t.true(rounds.thinned)
  t.true(loss.length <= 400 && loss.length >= 200)
  t.true(loss.every(({ round, value }) => value === 5000 - round))
  t.is(loss.at(-1)?.round, 4999)
  t.true(accuracy.every(({ round, value }) => round % 10 === 0 && value === round / 5000))
  t.deepEqual(testLoss, [])
  t.true(blocks.length <= 128)
  t.is(sum(blocks.map(({ computeMs }) => computeMs)), 20_000)
  t.is(sum(blocks.map(({ exchangeMs }) => exchangeMs)), 5000)
  t.is(sum(blocks.map(({ waitMs }) => waitMs)), 25_000)
  t.is(rounds.endMs, 50_000)
})

test('should count no time twice, and none while a peer was away', (t) => {
  const { results, records } = syntheticRun()
  const { peers } = digestOf(results, records)
  const crashed = peers[5]!
  // Of 24 s it was away from 7.2 s to 10.08 s.
  const there = crashed.blocks.at(-1)!.toMs - (10_080 - 7200)
  const counted = crashed.blocks.map((block) => block.computeMs + block.exchangeMs + block.waitMs)
  t.true(Math.abs(sum(counted) - there) < 1e-6)
})

test('should look from near at the beginning, at faults that are not shown yet, and at the end', (t) => {
  const { results, records } = syntheticRun()
  const { closeUps, peers } = digestOf(results, records)
  t.deepEqual(
    closeUps.map(({ label }) => label),
    [
      'the beginning',
      'peer 2 joined',
      'peer 5 crashed',
      'peer 5 returned',
      'the network partitioned',
      'the end'
    ]
  )
  for (const { closeUps: own } of peers) {
    own.forEach((segments, index) => {
      const { fromMs, toMs, label } = closeUps[index]!
      t.true(
        segments.every((part) => part.toMs > part.fromMs),
        label
      )
      t.true(
        segments.length === 0 || (segments.at(-1)!.toMs > fromMs && segments[0]!.fromMs < toMs)
      )
    })
  }
})

test('should leave out rounds whose clock runs backwards', (t) => {
  const { results, records } = syntheticRun({ rounds: 10 })
  const doubled = digestOf(results, [...records, ...records])
  t.deepEqual(doubled.peers[0]!.blocks, digestOf(results, records).peers[0]!.blocks)
})

test('should choose peers at even ranks, the worst and the best among them', (t) => {
  const peersDetail = Array.from({ length: 500 }, (_, peer) =>
    detail(peer, { accuracy: ((peer * 7) % 500) / 500 })
  )
  peersDetail[123] = detail(123, { status: 'died (SIGKILL)', accuracy: null })
  const chosen = chosenPeers({ ...RESULTS, peersDetail })
  const numbers = chosen.map(({ peer }) => peer)
  t.is(numbers.length, 64)
  t.deepEqual(
    numbers,
    [...new Set(numbers)].sort((a, b) => a - b)
  )
  // 7 x 357 = 2499 = 499 modulo 500.
  t.true(numbers.includes(123) && numbers.includes(357))
  const close = closePeers({ ...RESULTS, peersDetail }).map(({ peer }) => peer)
  t.is(close.length, 16)
  t.true(close.every((peer) => numbers.includes(peer)))
  t.true(close.includes(123) && close.includes(357))
})
