package dev.backstay.health;

import dev.backstay.gateway.Observation;
import dev.backstay.gateway.Observation.Asked;
import dev.backstay.gateway.Observation.Beyond;
import dev.backstay.gateway.Observation.InterfaceSample;
import dev.backstay.gateway.Observation.Sources;
import dev.backstay.gateway.Observation.Transfer;
import dev.backstay.wireguard.PublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A made-up gateway whose clients do what a test says, second by second. */
final class Scene {
  static final double START = 1000;
  static final double CLOCK_AT_ZERO_UPTIME = 1_700_000_000;
  static final String BOOT = "11111111-2222-3333-4444-555555555555";

  final List<Client> clients = new ArrayList<>();

  /** That the gateway sent, by endpoint. */
  final Map<String, Long> responses = new HashMap<>();

  final Map<String, Long> cookies = new HashMap<>();

  String srcversion = "OLD";
  String boot = BOOT;
  boolean present = true;
  boolean counted = true;
  String publicKey = key(255).base64();
  int port = 51820;
  double uptime = START;

  /** Somebody set the gateway's clock by so much. */
  double clockSet;

  long rxErrors;
  boolean flows = true;
  List<Asked> asked = List.of();
  List<String> lacks = List.of();

  /** One client and its counters. */
  static final class Client {
    final PublicKey key;
    final String endpoint;
    long handshake;
    long received;
    long packets;
    long initiations;

    Client(int number) {
      key = key(number);
      endpoint = "198.18.0.21:" + (40000 + number);
    }
  }

  static Scene of(int count) {
    Scene scene = new Scene();
    for (int i = 0; i < count; i++) {
      Client client = new Client(i);
      client.handshake = (long) (CLOCK_AT_ZERO_UPTIME + START) - 30;
      scene.clients.add(client);
    }
    return scene;
  }

  static PublicKey key(int number) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) number;
    bytes[1] = 7;
    bytes[2] = (byte) (number >>> 8);
    return new PublicKey(Base64.getEncoder().encodeToString(bytes));
  }

  /** Lets time pass, in which every client in the list sends as many packets that are decrypted. */
  Scene after(double seconds, int packetsEach) {
    uptime += seconds;
    for (Client client : clients) {
      client.packets += packetsEach;
      client.received += packetsEach * 32L;
    }
    return this;
  }

  long clock() {
    return (long) (CLOCK_AT_ZERO_UPTIME + clockSet + uptime);
  }

  Observation look() {
    Map<PublicKey, Long> handshakes = new HashMap<>();
    Map<PublicKey, Transfer> transfer = new HashMap<>();
    Map<PublicKey, String> endpoints = new HashMap<>();
    Map<String, Long> data = new HashMap<>();
    Map<String, Long> initiations = new HashMap<>();
    for (Client client : clients) {
      handshakes.put(client.key, client.handshake);
      transfer.put(client.key, new Transfer(client.received, 0));
      endpoints.put(client.key, client.endpoint);
      data.put(client.endpoint, client.packets);
      initiations.put(client.endpoint, client.initiations);
    }
    InterfaceSample wg0 =
        new InterfaceSample(present, publicKey, port, handshakes, transfer, endpoints, rxErrors);
    return new Observation(
        CLOCK_AT_ZERO_UPTIME + clockSet + uptime,
        uptime,
        boot,
        srcversion,
        Map.of("wg0", wg0),
        counted,
        new Sources(initiations, responses, cookies, Map.of(), Map.of(), data),
        new Beyond(flows, asked, lacks));
  }
}
