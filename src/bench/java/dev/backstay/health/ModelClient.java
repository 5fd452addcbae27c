package dev.backstay.health;

import dev.backstay.wireguard.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One client of the detection model: when it sends, when it asks for a handshake, and when it has
 * one, after its gateway lost its session at second 0. Who asks when is in wireguard.md §1.1 ("Who
 * re-handshakes after the gateway lost its sessions"). Everything is drawn when it is made.
 */
final class ModelClient {
  /** Observed from here on; the change comes at 0. */
  static final double BEGIN = -40;

  static final double NEVER = Double.POSITIVE_INFINITY;

  /** A handshake is given up after so many initiations ({@code MAX_TIMER_HANDSHAKES} and two). */
  private static final int TRIES = 20;

  /** An initiation is repeated after {@link Timing#REKEY_TIMEOUT} and up to this. */
  private static final double JITTER = 0.333;

  /** A home router forgets whom it may let through after this time without a packet. */
  private static final double MAPPING = 30;

  private static final double MEAN_IDLE = 300;

  /** How it behaves when all is well. */
  enum Kind {
    /** Sends data every other second. */
    ACTIVE,
    /** Sends nothing but persistent keepalives. */
    KEEPALIVE,
    /** Sends a packet now and then, without keepalives. */
    IDLE;

    /** 60, 30 and 10 of a hundred (wireguard.md §1.11). */
    static Kind drawn(Random random) {
      double at = random.nextDouble();
      return at < 0.6 ? ACTIVE : at < 0.9 ? KEEPALIVE : IDLE;
    }
  }

  /** What becomes of it. */
  enum Fate {
    WELL,
    /** It does not get on with what the gateway runs now: its handshakes fail. */
    BROKEN,
    /**
     * It restarts at second 0 for reasons of its own, and asks from then on without ever completing
     * a handshake: its clock is wrong, or answers do not reach it. The worst kind of churn for a
     * gate, because it looks like harm.
     */
    CHURNED
  }

  private final Kind kind;
  private final Fate fate;
  private final double gap;
  private final double phase;
  private final double[] idleSends;
  private final double keyAge;
  private final double roundTrip;
  private final double[] asks;
  private final double shaken;

  /**
   * @param ready second at which the interfaces are there again; negative if nothing was cut
   * @param called whether the gateway calls everybody whose address it knows
   * @param end of what is looked at
   */
  ModelClient(Kind kind, Fate fate, double ready, boolean called, double end, Random random) {
    this.kind = kind;
    this.fate = fate;
    this.gap =
        kind == Kind.ACTIVE ? 0.5 + 1.5 * random.nextDouble() : Timing.USUAL_KEEPALIVE.toSeconds();
    this.phase = gap * random.nextDouble();
    this.idleSends = kind == Kind.IDLE ? poisson(end, random) : new double[0];
    this.keyAge = Timing.REKEY_AFTER.toSeconds() * random.nextDouble();
    this.roundTrip = 0.02 + 0.13 * random.nextDouble();
    List<Double> asked = new ArrayList<>();
    this.shaken = ready < 0 ? uncut(asked, end, random) : cut(asked, ready, called, end, random);
    this.asks = asked.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static double[] poisson(double end, Random random) {
    List<Double> times = new ArrayList<>();
    double at = BEGIN;
    while (at < end) {
      at += -MEAN_IDLE * Math.log(1 - random.nextDouble());
      times.add(at);
    }
    return times.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Its session lives on, unless it is one of those that restart. */
  private double uncut(List<Double> asked, double end, Random random) {
    if (fate == Fate.CHURNED) {
      ask(asked, 15 * random.nextDouble(), NEVER, NEVER, end, random);
    }
    return NEVER;
  }

  private double cut(List<Double> asked, double ready, boolean called, double end, Random random) {
    double byCall = called && fate == Fate.WELL ? answersCall(ready, random) : NEVER;
    double first = fate == Fate.CHURNED ? 15 * random.nextDouble() : firstAsk(random);
    return ask(asked, first, ready, byCall, end, random);
  }

  /** When it notices by itself that its session is gone, or renews it anyway. */
  private double firstAsk(Random random) {
    double old = sendAfter(Math.max(0, Timing.REKEY_AFTER.toSeconds() - keyAge));
    return kind == Kind.KEEPALIVE
        ? old
        : Math.min(
            old, sendAfter(0) + Timing.ASKS_ANEW_AFTER.toSeconds() + JITTER * random.nextDouble());
  }

  /**
   * @param ready from when an initiation can be answered
   * @param byCall when it has a handshake without asking
   * @return when it has one
   */
  private double ask(
      List<Double> asked, double first, double ready, double byCall, double end, Random random) {
    double at = first;
    int tries = 0;
    while (at < end && at < byCall) {
      asked.add(at);
      if (fate == Fate.WELL && at >= ready) {
        return Math.min(byCall, at + roundTrip);
      }
      tries++;
      at += Timing.REKEY_TIMEOUT.toSeconds() + JITTER * random.nextDouble();
      if (tries == TRIES) {
        tries = 0;
        at = fate == Fate.CHURNED ? at : sendAfter(at);
      }
    }
    return byCall;
  }

  /** The gateway asks and asks again; it gets through where the client was heard just before. */
  private double answersCall(double ready, Random random) {
    double at = ready + 0.05 * random.nextDouble();
    for (int tries = 0; tries < TRIES; tries++) {
      if (lastSend(at) > at - MAPPING) {
        return at + roundTrip;
      }
      at += Timing.REKEY_TIMEOUT.toSeconds() + JITTER * random.nextDouble();
    }
    return NEVER;
  }

  // --- what it sends ---------------------------------------------------------------------------

  private double sendAfter(double time) {
    if (kind == Kind.IDLE) {
      for (double one : idleSends) {
        if (one > time) {
          return one;
        }
      }
      return NEVER;
    }
    return BEGIN + phase + Math.max(0, Math.floor((time - BEGIN - phase) / gap) + 1) * gap;
  }

  private double lastSend(double time) {
    if (kind == Kind.IDLE) {
      double last = Double.NEGATIVE_INFINITY;
      for (double one : idleSends) {
        last = one <= time ? one : last;
      }
      return last;
    }
    double number = Math.floor((time - BEGIN - phase) / gap);
    return number < 0 ? BEGIN + phase - gap : BEGIN + phase + number * gap;
  }

  private long sends(double time) {
    if (kind == Kind.IDLE) {
      long count = 0;
      for (double one : idleSends) {
        count += one <= time ? 1 : 0;
      }
      return count;
    }
    return Math.max(0, (long) Math.floor((time - BEGIN - phase) / gap) + 1);
  }

  /** Data packets that came, decrypted or not. A session of 180 s is used no more. */
  long data(double time) {
    double until =
        fate == Fate.CHURNED
            ? Math.min(0, time)
            : time < shaken ? Math.min(time, Timing.REJECT_AFTER.toSeconds() - keyAge) : time;
    return sends(until);
  }

  private int size() {
    return kind == Kind.KEEPALIVE ? Timing.KEEPALIVE_BYTES : 128;
  }

  // --- what the gateway shows ------------------------------------------------------------------

  /** Bytes that were decrypted since the interface was made anew, at second 0. */
  long receivedAfterCut(double time) {
    return time < shaken ? 0 : 148 + (sends(time) - sends(shaken)) * size();
  }

  /** The same where nothing was cut, since it is observed. */
  long receivedUncut(double time) {
    return sends(fate == Fate.CHURNED ? Math.min(0, time) : time) * size();
  }

  long initiations(double time) {
    long count = 0;
    for (double ask : asks) {
      count += ask <= time ? 1 : 0;
    }
    return count;
  }

  /** Second of the latest handshake at the gateway since the cut; negative infinity for none. */
  double handshakeAfterCut(double time) {
    if (time < shaken) {
      return Double.NEGATIVE_INFINITY;
    }
    double rekey = Timing.REKEY_AFTER.toSeconds();
    return kind == Kind.IDLE ? shaken : shaken + Math.floor((time - shaken) / rekey) * rekey;
  }

  /** The latest one before. */
  double handshakeBefore() {
    return -keyAge;
  }

  /** The latest one where nothing was cut. */
  double handshakeUncut(double time) {
    double rekey = Timing.REKEY_AFTER.toSeconds();
    return fate == Fate.CHURNED || time < 0
        ? -keyAge
        : -keyAge + Math.floor((time + keyAge) / rekey) * rekey;
  }
}
