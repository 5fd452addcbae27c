package dev.backstay.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeedsTest {
  @TempDir private Path folder;
  private LabFiles files = LabFiles.of(Map.of(), Path.of(""), 0);
  private Topology topology = Topology.of(LabOptions.of(Kernel.DEBIAN), new SecureRandom());

  @BeforeEach
  void write() {
    files = files.at(folder.resolve("run"));
    PrivateFiles.directory(files.run());
    new Seeds(files, topology, new SecureRandom()).write();
  }

  @Test
  void aGatewayKnowsItsClientsAndOneInTenHasAPresharedKey() throws Exception {
    List<String> config = Files.readAllLines(files.seed("gw2").resolve("wg0.conf"));

    assertThat(config).contains("Address = 198.19.2.1/24, fd00:198:19:2::1/64");
    assertThat(config).filteredOn("[Peer]"::equals).hasSize(20);
    assertThat(config).filteredOn(line -> line.startsWith("PresharedKey")).hasSize(2);
    assertThat(config).contains("AllowedIPs = 198.19.2.120/32, fd00:198:19:2::120/128");
  }

  @Test
  void aClientAndItsGatewayHaveEachOthersKeys() throws Exception {
    List<String> gateway = Files.readAllLines(files.seed("gw1").resolve("wg0.conf"));
    List<String> client = Files.readAllLines(files.seed("clients").resolve("wireguard/gw1-c11"));

    String preshared =
        client.stream().filter(line -> line.startsWith("PresharedKey")).findFirst().orElseThrow();
    int name = gateway.indexOf("# gw1-c11");
    assertThat(gateway.get(name + 3)).isEqualTo(preshared);
    assertThat(client).contains("Endpoint = 198.18.0.11:51820", "ListenPort = 21011");
  }

  @Test
  void halfOfTheClientsPingAndSomeOfEitherHalfHaveAPresharedKey() {
    assertThat(topology.clients()).hasSize(60).filteredOn(Client::pings).hasSize(30);
    assertThat(topology.clients()).filteredOn(c -> c.preshared() && c.pings()).hasSize(3);
    assertThat(topology.clients()).filteredOn(c -> c.preshared() && !c.pings()).hasSize(3);
  }

  @Test
  void deviceNamesFitTheKernelAndPortsAreDistinct() {
    LabOptions largest = LabOptions.of(Kernel.DEBIAN).withSize(9, 150);
    List<Client> clients = Topology.of(largest, new SecureRandom()).clients();

    assertThat(clients).allSatisfy(c -> assertThat(c.device()).hasSizeLessThanOrEqualTo(15));
    assertThat(clients).extracting(Client::port).doesNotHaveDuplicates();
  }

  @Test
  void nothingSecretIsPrinted() {
    WireGuardKeys keys = WireGuardKeys.generate(new SecureRandom());
    SshKeys ssh = SshKeys.generate(new SecureRandom());

    assertThat(keys.toString()).doesNotContain(keys.privateKey());
    assertThat(ssh.toString()).doesNotContain("PRIVATE KEY");
  }
}
