// A libp2p host of the Go implementation that does what a member of a swarm does before any training:
// it connects, identifies, pings, and exchanges presence over gossipsub. Every event is a line of JSON
// on stdout. It ends when its stdin does.
package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"flag"
	"io"
	"log"
	"os"
	"sync"
	"time"

	"github.com/ipfs/go-cid"
	"github.com/libp2p/go-libp2p"
	dht "github.com/libp2p/go-libp2p-kad-dht"
	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/p2p/protocol/ping"
	"github.com/libp2p/go-libp2p/p2p/security/noise"
	tls "github.com/libp2p/go-libp2p/p2p/security/tls"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
)

type fields map[string]any

var printing sync.Mutex

func say(kind string, more fields) {
	more["event"] = kind
	line, err := json.Marshal(more)
	if err != nil {
		log.Fatal(err)
	}
	printing.Lock()
	defer printing.Unlock()
	os.Stdout.Write(append(line, '\n'))
}

func newHost(security string) (host.Host, error) {
	secure := libp2p.Security(tls.ID, tls.New)
	if security == "noise" {
		secure = libp2p.Security(noise.ID, noise.New)
	}
	return libp2p.New(
		libp2p.ListenAddrStrings("/ip4/127.0.0.1/tcp/0"),
		libp2p.Transport(tcp.NewTCPTransport),
		secure,
		libp2p.Muxer(yamux.ID, yamux.DefaultTransport),
		libp2p.DisableRelay(),
		libp2p.DisableMetrics(),
	)
}

// whenIdentified tells of every peer that has said who it is, and pings it.
func whenIdentified(ctx context.Context, self host.Host) error {
	known, err := self.EventBus().Subscribe(new(event.EvtPeerIdentificationCompleted))
	if err != nil {
		return err
	}
	go func() {
		for happened := range known.Out() {
			of := happened.(event.EvtPeerIdentificationCompleted)
			state := of.Conn.ConnState()
			say("identified", fields{
				"peer": of.Peer, "agent": of.AgentVersion, "protocols": of.Protocols,
				"security": state.Security, "muxer": state.StreamMultiplexer,
				"observed": of.ObservedAddr.String(), "signed": of.SignedPeerRecord != nil,
			})
			go func() {
				echo := <-ping.Ping(ctx, self, of.Peer)
				if echo.Error != nil {
					say("failed", fields{"what": "ping", "why": echo.Error.Error()})
					return
				}
				say("pong", fields{"peer": of.Peer, "milliseconds": float64(echo.RTT) / 1e6})
			}()
		}
	}()
	return nil
}

// gossip says a presence again and again, and tells of all that others say.
func gossip(ctx context.Context, self host.Host, topic string, presence []byte) error {
	router, err := pubsub.NewGossipSub(ctx, self, pubsub.WithMessageSignaturePolicy(pubsub.StrictSign))
	if err != nil {
		return err
	}
	joined, err := router.Join(topic)
	if err != nil {
		return err
	}
	heard, err := joined.Subscribe()
	if err != nil {
		return err
	}
	go func() {
		for {
			message, err := heard.Next(ctx)
			if err != nil {
				return
			}
			if message.GetFrom() == self.ID() {
				continue
			}
			say("presence", fields{
				"from": message.GetFrom(), "via": message.ReceivedFrom,
				"data": hex.EncodeToString(message.Data),
			})
		}
	}()
	if len(presence) == 0 {
		return nil
	}
	go func() {
		// Members that subscribe later want to hear it, too.
		for ctx.Err() == nil {
			if err := joined.Publish(ctx, presence); err != nil {
				say("failed", fields{"what": "publish", "why": err.Error()})
			}
			time.Sleep(time.Second)
		}
	}()
	return nil
}

// askTable pings a peer of the DHT, and asks it who provides a swarm.
func askTable(ctx context.Context, self host.Host, id, swarm string, to peer.AddrInfo) error {
	table, err := dht.New(
		ctx, self, dht.V1ProtocolOverride(protocol.ID(id)), dht.Mode(dht.ModeServer),
		dht.BootstrapPeers(to), dht.AddressFilter(nil),
	)
	if err != nil {
		return err
	}
	if err := table.Ping(ctx, to.ID); err != nil {
		return err
	}
	say("kad-pong", fields{"peer": to.ID})
	if swarm == "" {
		return nil
	}
	key, err := cid.Decode(swarm)
	if err != nil {
		return err
	}
	// A member provides its swarm once it has met somebody who takes part: it may not have done so yet.
	for {
		found, err := table.FindProviders(ctx, key)
		if err != nil {
			return err
		}
		for _, provider := range found {
			say("provider", fields{"peer": provider.ID, "addresses": provider.Addrs})
		}
		if len(found) > 0 {
			return nil
		}
		time.Sleep(time.Second)
	}
}

func run(ctx context.Context) error {
	security := flag.String("security", "tls", "tls or noise")
	topic := flag.String("topic", "", "gossipsub topic")
	presence := flag.String("say", "", "what to publish on it, hexadecimal")
	dial := flag.String("dial", "", "multiaddr of a peer to call")
	kad := flag.String("kad", "", "protocol id of a DHT that the called peer takes part in")
	swarm := flag.String("find", "", "CID whose providers the called peer is asked for")
	flag.Parse()
	words, err := hex.DecodeString(*presence)
	if err != nil {
		return err
	}
	self, err := newHost(*security)
	if err != nil {
		return err
	}
	defer self.Close()
	if err := whenIdentified(ctx, self); err != nil {
		return err
	}
	if *topic != "" {
		if err := gossip(ctx, self, *topic, words); err != nil {
			return err
		}
	}
	say("listening", fields{"peer": self.ID(), "addresses": self.Addrs()})
	if *dial != "" {
		to, err := peer.AddrInfoFromString(*dial)
		if err != nil {
			return err
		}
		calling, cancel := context.WithTimeout(ctx, 30*time.Second)
		defer cancel()
		if err := self.Connect(calling, *to); err != nil {
			return err
		}
		if *kad != "" {
			if err := askTable(calling, self, *kad, *swarm, *to); err != nil {
				return err
			}
		}
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if err := run(ctx); err != nil {
		say("failed", fields{"what": "run", "why": err.Error()})
		os.Exit(1)
	}
}
