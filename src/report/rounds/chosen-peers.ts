import type { PeerDetail, Results } from '../../storage/results.ts'
import { spread } from '../charts/axes.ts'

/** Lines and rows that a chart can take. */
export const MAX_LINES = 64
/** Rows of a close-up. */
export const MAX_CLOSE_ROWS = 16

/** Worst first: no figure at all, then the least accurate or, where nothing is classified, the largest loss. */
const worstFirst = (a: PeerDetail, b: PeerDetail): number =>
  (a.accuracy ?? -1) - (b.accuracy ?? -1) ||
  (b.loss ?? Infinity) - (a.loss ?? Infinity) ||
  a.peer - b.peer

/** At even ranks from the worst over the median to the best; in the order of their numbers. */
const atEvenRanks = (details: readonly PeerDetail[], most: number): readonly PeerDetail[] =>
  [...spread([...details].sort(worstFirst), most)].sort((a, b) => a.peer - b.peer)

/** The peers that charts of single peers show: all of few, `MAX_LINES` of many. */
export const chosenPeers = ({ peersDetail }: Results): readonly PeerDetail[] =>
  atEvenRanks(peersDetail, MAX_LINES)

/** Those of them that close-ups show. */
export const closePeers = (results: Results): readonly PeerDetail[] =>
  atEvenRanks(chosenPeers(results), MAX_CLOSE_ROWS)

/** Says of a chart which peers are in it; nothing when all are. */
export const chosenNote = ({ peersDetail }: Results, most = MAX_LINES): string =>
  peersDetail.length <= most
    ? ''
    : ` Shown are ${most} of ${peersDetail.length} peers, at even ranks from the worst over the median to the best.`
