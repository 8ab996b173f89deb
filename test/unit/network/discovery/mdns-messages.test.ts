import test from 'ava'
import { answersOf, peerIn, serviceTag } from '../../../../src/network/discovery/mdns-messages.ts'

const TAG = serviceTag('0123456789abcdef'.repeat(4))
const PEER = '12D3KooWPeer'
const at = (host: string, peer = PEER): string => `/ip4/${host}/tcp/1/p2p/${peer}`
/** As they come from the wire: texts are lists of bytes. */
const received = (records: ReturnType<typeof answersOf>) =>
  records.map((record) =>
    record.type === 'TXT' ? { ...record, data: [Buffer.from(record.data)] } : record
  )

test('should fit into a label of DNS, and differ by swarm', (t) => {
  t.is(TAG, '_sg-0123456789ab._udp.local')
  t.true(TAG.split('.')[0]!.length <= 16)
  t.not(serviceTag('f'.repeat(64)), TAG)
})

test('should understand its own answers', (t) => {
  const addresses = [at('10.0.0.1'), at('192.168.1.7')]
  t.deepEqual(peerIn(TAG, received(answersOf(TAG, 'x', addresses))), {
    peer: PEER,
    addresses: ['/ip4/10.0.0.1/tcp/1', '/ip4/192.168.1.7/tcp/1']
  })
})

test('should leave out what no record holds, and all above eight', (t) => {
  const long = `/dns4/${'x'.repeat(250)}/tcp/1/p2p/${PEER}`
  const many = Array.from({ length: 20 }, (_, i) => at(`10.0.0.${i}`))
  const answer = peerIn(TAG, received(answersOf(TAG, 'x', [long, ...many])))
  t.deepEqual(
    answer?.addresses,
    many.slice(0, 8).map((address) => address.replace(/\/p2p\/.*/, ''))
  )
})

test('should take an answer that is none for none', (t) => {
  const [ptr, text] = received(answersOf(TAG, 'x', [at('10.0.0.1')]))
  const other = serviceTag('f'.repeat(64))
  for (const records of [
    [],
    [ptr!],
    [text!],
    [{ ...ptr!, name: other }, text!],
    [ptr!, { ...text!, name: `x.${other}` }],
    [ptr!, { ...text!, data: [Buffer.from('dnsaddr=/ip4/10.0.0.1/tcp/1')] }],
    [ptr!, { ...text!, data: [Buffer.from(at('10.0.0.1'))] }],
    [ptr!, { ...text!, data: 7 }],
    [ptr!, { ...text!, data: undefined }]
  ]) {
    t.is(peerIn(TAG, records as never), null, JSON.stringify(records))
  }
})

test('should believe an answer of one peer only', (t) => {
  const records = received(answersOf(TAG, 'x', [at('10.0.0.1'), at('10.0.0.2', '12D3KooWOther')]))
  t.deepEqual(peerIn(TAG, records), { peer: PEER, addresses: ['/ip4/10.0.0.1/tcp/1'] })
})
