import type { Results } from '../../storage/results.ts'
import { type Block, renderPage } from '../page.ts'
import type { Rounds } from '../rounds/digest.ts'
import { baselinesBlock } from './baselines.ts'
import { balanceBlock, confusionBlock } from './classes.ts'
import { distanceBlock } from './distance.ts'
import { factsOf, leadOf, noticesOf } from './headline.ts'
import { learningBlocks } from './learning.ts'
import { faultsBlock, originBlocks, peersBlock } from './tables.ts'
import { timelineBlocks } from './timeline.ts'
import { topologyBlock } from './topology.ts'
import { trafficBlocks } from './traffic.ts'

const present = (blocks: ReadonlyArray<Block | null>): readonly Block[] =>
  blocks.filter((block) => block !== null)

/** One run as a page of HTML; `rounds` is null where there is no rounds.jsonl. */
export const renderRunPage = (results: Results, rounds: Rounds | null): string =>
  renderPage({
    title: results.scenario,
    facts: factsOf(results),
    notices: noticesOf(results, rounds),
    lead: leadOf(results),
    groups: [
      {
        title: 'Learning',
        blocks: present([
          baselinesBlock(results),
          ...learningBlocks(results, rounds),
          confusionBlock(results)
        ])
      },
      {
        title: 'Agreement and traffic',
        blocks: present([distanceBlock(results), ...trafficBlocks(results), topologyBlock(results)])
      },
      { title: 'Time', blocks: timelineBlocks(results, rounds) },
      {
        title: 'Peers',
        blocks: present([balanceBlock(results), faultsBlock(results), peersBlock(results)])
      },
      { title: 'Where this comes from', blocks: originBlocks(results) }
    ]
  })
