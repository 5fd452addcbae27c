package dev.backstay.cli;

import dev.backstay.gateway.Datagrams;
import dev.backstay.gateway.GatewayLostException;
import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.gateway.GatewayRefusedException;
import dev.backstay.inventory.Gateway;
import dev.backstay.probe.Carrier;
import dev.backstay.problem.ProblemException;
import dev.backstay.ssh.Connector;
import dev.backstay.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Carries the datagrams of a probe by way of the gateway's own shell: no network is in between. */
final class InsideCarrier implements Carrier {
  private final Datagrams datagrams;

  private InsideCarrier(Datagrams datagrams) {
    this.datagrams = datagrams;
  }

  static Carrier.Way of(Gateway gateway, Connector connector) {
    return other -> {
      try {
        return new InsideCarrier(
            new GatewayPrograms(connector.shared(gateway.target()))
                .datagrams(other.getAddress().getHostAddress(), other.getPort(), Time.real()));
      } catch (GatewayLostException lost) {
        throw new IOException("its shell does not answer: " + lost.why(), lost);
      } catch (GatewayRefusedException refused) {
        throw new IOException(refused.sentence(), refused);
      } catch (ProblemException unreachable) {
        throw new IOException(unreachable.problems().getFirst().what(), unreachable);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new IOException("told to stop", stopped);
      }
    };
  }

  @Override
  public Arrival send(byte[] datagram) throws IOException {
    datagrams.send(datagram);
    return new Arrival.Nothing();
  }

  @Override
  public Arrival receive(Duration atMost) throws IOException, InterruptedException {
    Optional<Datagrams.Heard> heard = datagrams.next(atMost.isNegative() ? Duration.ZERO : atMost);
    if (heard.isEmpty()) {
      return new Arrival.Nothing();
    }
    return switch (heard.get()) {
      case Datagrams.Heard.Datagram(var bytes) -> new Arrival.Datagram(bytes);
      case Datagrams.Heard.Refused _ -> new Arrival.Refused();
      case Datagrams.Heard.Ready _ -> new Arrival.Nothing();
      case Datagrams.Heard.Ended _ -> throw new IOException("the gateway's shell has ended");
    };
  }

  @Override
  public void close() {
    datagrams.close();
  }
}
