import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { RoundsDigest } from '../../../../src/report/rounds/digest.ts'
import { renderRunPage } from '../../../../src/report/run/run-page.ts'
import { type Results, resultsSchema } from '../../../../src/storage/results.ts'
import { ROOT } from '../../../helpers/program.ts'
import { syntheticRun } from '../../../helpers/synthetic-run.ts'
import { detail, RESULTS } from '../results.ts'

const titlesOf = (page: string): readonly string[] =>
  [...page.matchAll(/<h3>(.*?)<\/h3>/g)].map(([, title]) => title!)

const BREAK_OUT = '</script><script>alert(1)</script>'

/** The page without our own scripts and style: what comes from the run. */
const ownText = (page: string): string =>
  page.replace(/<script>[\s\S]*?<\/script>/g, '').replace(/<style>[\s\S]*?<\/style>/, '')

test('should show every section of a run that has everything', (t) => {
  const { results, records } = syntheticRun()
  const digest = new RoundsDigest(results)
  for (const record of records) digest.add(record)
  t.deepEqual(titlesOf(renderRunPage(results, digest.finish())), [
    'Baselines',
    'Accuracy',
    'Test loss',
    'Training loss',
    'Confusion of the consensus model',
    'Consensus distance',
    'Bytes sent',
    'Bytes by kind of message',
    'Who talked to whom',
    'Where the time went',
    'A few rounds from near',
    'Class balance of the peers&#39; shards',
    'Faults',
    'Every peer',
    'Command',
    'Scenario'
  ])
})

test('should leave out what a run does not have, and say why where a reader would look for it', (t) => {
  const page = renderRunPage({ ...RESULTS, alone: null }, null)
  t.deepEqual(titlesOf(page), [
    'Consensus distance',
    'Where the time went',
    'Class balance of the peers&#39; shards',
    'Every peer',
    'Command',
    'Scenario'
  ])
  t.regex(page, /there is no rounds\.jsonl beside the results/)
  t.regex(page, /do not hold their scenario/)
})

test('should read and show results of the first version', (t) => {
  for (const name of ['mnist-16/result.json', 'quickstart/result.json']) {
    const file = join(ROOT, 'simulations', name)
    const results = resultsSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    const titles = titlesOf(renderRunPage(results, null))
    t.true(titles.includes('Accuracy') && titles.includes('Baselines'), name)
  }
})

test('should let no text of a run break out of the page', (t) => {
  const hostile: Results = {
    ...syntheticRun().results,
    scenario: BREAK_OUT,
    strategy: BREAK_OUT,
    backend: BREAK_OUT,
    model: { name: BREAK_OUT, parameters: 1 },
    data: { name: BREAK_OUT, partition: { kind: BREAK_OUT, [BREAK_OUT]: { toString: BREAK_OUT } } },
    peersDetail: [
      detail(0, { status: BREAK_OUT, link: BREAK_OUT }),
      detail(1, { sentByKind: { [BREAK_OUT]: { frames: 1, bytes: 10 } } })
    ],
    faults: {
      injected: { [BREAK_OUT]: 1 },
      observed: { [BREAK_OUT]: 1 },
      log: [
        { atMs: 1, peer: null, event: 'partitioned', detail: BREAK_OUT },
        { atMs: 1, peer: 1, event: 'returned', detail: BREAK_OUT }
      ]
    },
    command: [BREAK_OUT, `' onload="`],
    document: { [BREAK_OUT]: BREAK_OUT, training: null }
  }
  const text = ownText(renderRunPage(hostile, null))
  t.true(text.includes('&lt;/script&gt;&lt;script&gt;alert(1)'))
  // Of the data only the element that holds it is a script, and its JSON has no angle bracket.
  t.deepEqual(text.match(/<script[^>]*>/g), ['<script type="application/json" id="figures">'])
  t.false(/<[^>]*onload=/.test(text))
})

test('should allow no script but its own and no request at all', (t) => {
  const page = renderRunPage(RESULTS, null)
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]
  t.regex(policy!, /^default-src &#39;none&#39;; script-src( &#39;sha256-[\w+/]{43}=&#39;){3};/)
  t.deepEqual(ownText(page).match(/\b(src|href)=/g), null)
})

test('should say when a run was interrupted and when peers did not finish', (t) => {
  const peersDetail = [detail(0), detail(1, { status: 'died (SIGKILL)', accuracy: null })]
  const page = renderRunPage({ ...RESULTS, interrupted: true, peersDetail }, null)
  t.regex(page, /The run was interrupted/)
  t.regex(page, /1 of 2 peers did not finish \(died \(SIGKILL\)\)/)
})

test('should not choke on results of extremes', (t) => {
  const wide = Array.from({ length: 100 }, () => new Array<number>(100).fill(0))
  const extreme: Results = {
    ...RESULTS,
    peers: 9_007_199_254_740_991,
    rounds: 9_007_199_254_740_991,
    peersDetail: Array.from({ length: 3000 }, (_, peer) => detail(peer, { accuracy: null })),
    confusion: wide,
    history: [
      {
        round: 0,
        loss: null,
        accuracy: null,
        distance: 0,
        bytesSent: 0,
        atMs: null,
        testLoss: { mean: null, worst: null, best: null }
      }
    ]
  }
  const page = renderRunPage(extreme, null)
  t.regex(page, /100 classes are too many/)
  t.regex(page, /results\.json has 2500 more/)
  t.notThrows(() => renderRunPage({ ...extreme, peers: 1, peersDetail: [], confusion: [[]] }, null))
})

test('should warn of a run whose training diverged', (t) => {
  const peersDetail = [detail(0, { rounds: 6, divergedRounds: 2 })]
  const page = renderRunPage({ ...RESULTS, peersDetail }, null)
  t.regex(page, /Training diverged: 2 of 6 rounds of all peers, 0 steps left out/)
  t.notRegex(renderRunPage(RESULTS, null), /Training diverged/)
})
