package dev.backstay.crowd;

import dev.backstay.wireguard.Peering;
import java.net.InetSocketAddress;

/**
 * Who comes.
 *
 * @param peering with the gateway; taken over by the crowd
 * @param gateway where it is
 */
public record Member(Peering peering, InetSocketAddress gateway, Habits habits) {}
