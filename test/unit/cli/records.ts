import type { RoundRecord } from '../../../src/storage/round-record.ts'

/** A record of a peer that sends 1000 bytes in each round of 100 ms. */
export const record = (
  peer: number,
  round: number,
  fields: Partial<RoundRecord> = {}
): RoundRecord => ({
  peer,
  round,
  atMs: 100 * (round + 1),
  loss: 0.5,
  accuracy: null,
  testLoss: null,
  heard: 4,
  missed: 0,
  bytesSent: 1000 * (round + 1),
  bytesReceived: 1000 * (round + 1),
  computeMs: null,
  exchangeMs: null,
  ...fields
})
