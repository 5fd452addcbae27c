package dev.backstay.lab;

/**
 * What one client has sent through its tunnel since the lab came up. A request takes well under the
 * 250 ms between two of them, so {@code sent - received} is the loss, give or take one under way.
 *
 * @param client its name, such as {@code gw1-c07}
 * @param gateway the gateway it belongs to
 * @param sent echo requests
 * @param received echo replies
 */
public record ClientTraffic(String client, String gateway, long sent, long received) {}
