package dev.backstay.simulation;

import java.util.HashMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/** What the program {@code observe} prints of a simulated gateway, from its start on. */
final class Observer {
  static final String INTERFACE = "wg0";
  static final String KEY = "Z2F0ZXdheWdhdGV3YXlnYXRld2F5Z2F0ZXdheTAwMDA=";
  static final int PORT = 51820;

  private final Machine machine;
  private final Map<Client, Long> initiationsBefore = new HashMap<>();
  private final Map<Client, Long> dataBefore = new HashMap<>();

  Observer(Machine machine) {
    this.machine = machine;
    machine
        .clients()
        .forEach(client -> {
          initiationsBefore.put(client, client.initiations(machine.uptime()));
          dataBefore.put(client, client.data(machine.uptime()));
        });
  }

  /** Called with the machine's lock held. */
  String line() {
    double up = machine.uptime();
    StringBuilder text = new StringBuilder(256 + machine.clients().size() * 220);
    text.append("{\"v\":1,\"clock\":");
    decimal(text, machine.wallAt(up));
    text.append(",\"uptime\":");
    decimal(text, up);
    text.append(",\"boot\":\"").append(machine.bootId());
    text.append("\",\"interfaces\":{\"").append(INTERFACE).append("\":");
    interfaces(text, up);
    text.append("},\"counters\":{},\"sources\":{\"init_rx\":");
    counts(text, c -> c.initiations(up) - initiationsBefore.getOrDefault(c, 0L));
    text.append(",\"resp_tx\":{},\"init_tx\":{},\"resp_rx\":{},\"data_rx\":");
    counts(text, c -> c.data(up) - dataBefore.getOrDefault(c, 0L));
    text.append("},\"srcversion\":");
    if (machine.loaded.isEmpty()) {
      text.append("null");
    } else {
      text.append('"').append(machine.loaded).append('"');
    }
    return text.append('}').toString();
  }

  private void interfaces(StringBuilder text, double up) {
    if (!machine.interfacesUp) {
      text.append("{\"present\":false}");
      return;
    }
    text.append("{\"present\":true,\"publicKey\":\"").append(KEY).append("\",\"port\":");
    text.append(PORT).append(",\"handshakes\":{");
    String separator = "";
    for (Client client : machine.clients()) {
      double shaken = client.handshake(up);
      text.append(separator).append('"').append(client.key()).append("\":");
      text.append(shaken < 0 ? 0 : (long) machine.wallAt(shaken));
      separator = ",";
    }
    text.append("},\"transfer\":{");
    separator = "";
    for (Client client : machine.clients()) {
      text.append(separator).append('"').append(client.key()).append("\":[");
      text.append(client.received(up)).append(",0]");
      separator = ",";
    }
    text.append("},\"endpoints\":{");
    separator = "";
    for (Client client : machine.clients()) {
      text.append(separator).append('"').append(client.key()).append("\":\"");
      text.append(client.endpoint()).append('"');
      separator = ",";
    }
    text.append("}}");
  }

  private void counts(StringBuilder text, ToLongFunction<Client> count) {
    text.append('{');
    String separator = "";
    for (Client client : machine.clients()) {
      long packets = count.applyAsLong(client);
      if (packets > 0) {
        text.append(separator).append('"').append(client.endpoint()).append("\":").append(packets);
        separator = ",";
      }
    }
    text.append('}');
  }

  /** With two digits, without the cost of a format. */
  private static void decimal(StringBuilder text, double value) {
    long hundredths = (long) (value * 100);
    text.append(hundredths / 100).append('.');
    text.append(hundredths % 100 / 10).append(hundredths % 10);
  }
}
