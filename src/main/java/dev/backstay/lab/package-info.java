/**
 * Real WireGuard gateways on one machine: User-Mode Linux kernels on a bridge in namespaces of
 * their own, with clients that shake hands and send traffic. Nothing of it exists outside those
 * namespaces, and all of it ends with the process that holds them, however that process ends.
 *
 * <p>The door is {@link dev.backstay.lab.Lab}; its words are {@link dev.backstay.lab.Kernel},
 * {@link dev.backstay.lab.LabOptions}, {@link dev.backstay.lab.LabStatus} and {@link
 * dev.backstay.lab.ClientTraffic}. The programs that make the namespaces and those that run in the
 * guests are shell, in {@code src/main/lab}. Used by {@code cli}, {@code drill}, {@code matrix} and
 * by tests; nothing else knows it.
 *
 * <p>What goes where:
 *
 * <ul>
 *   <li>the run directory, {@code $XDG_RUNTIME_DIR/backstay-lab-UID} (or under {@code
 *       /run/user/UID}, or {@code /tmp}), readable by its owner only: seeds with the keys made for
 *       this run, consoles, the state. A few hundred kilobytes, so memory is the right place.
 *   <li>{@code ~/.cache/backstay/lab/run/}: the hosts' disks, some 150 megabytes a gateway and more
 *       with every package installed.
 *   <li>{@code .backstay/lab/} of the current directory: how to reach the gateways.
 * </ul>
 *
 * All three are removed by {@code down}, and what a killed lab left is removed by the next {@code
 * up}.
 */
@NullMarked
package dev.backstay.lab;

import org.jspecify.annotations.NullMarked;
