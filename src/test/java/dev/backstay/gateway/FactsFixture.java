package dev.backstay.gateway;

import java.util.regex.Pattern;

/** Facts as a real gateway of the lab told them, with what a test wants otherwise. */
public final class FactsFixture {
  private static final String TOLD =
      """
      protocol\t1
      hostname\tgw1
      boot-id\t7e262859-278c-49b2-9077-a61c2a606f24
      uptime\t224.87
      clock\t1795542905
      kernel\t6.1.176
      architecture\tx86_64
      os\tdebian\t12
      user\troot
      uid\t0
      init\tsystemd\t252\trunning
      tool\twg\t1.0.20210914
      tool\tnft\t1.0.6
      tool\tip\tunknown
      tool\tflock\tunknown
      tool\tapt-get\tunknown
      tool\tdpkg\tunknown
      tool\tsha256sum\tunknown
      tool\ttimeout\tunknown
      disk-free\t/var/lib/backstay\t163560
      disk-free\t/boot\t4
      dpkg-lock\tfree
      dpkg-audit\tclean
      package\tbackstay-lab-wireguard\tinstalled\t1.0.0
      package\tbackstay-lab-wireguard\theld\tno
      package\tbackstay-lab-wireguard\tcandidate\t1.0.1
      package\tbackstay-lab-wireguard\tcandidate\t1.0.0
      module\tloaded\t4B296AD2DF2AFD786074497
      module\tdisk\t4B296AD2DF2AFD786074497
      interface\twg0\tkernel\t/FAD/PrGW50uuH94FF3MiEUDTd1PepATBsVpGrVaMS8=\t51820\toff\t1420\t20\t17
      lease\tnone
      epoch\t3
      """;

  private FactsFixture() {}

  public static Facts healthy() {
    return FactsReader.read(TOLD);
  }

  /** The same with one part replaced, which must occur. */
  public static Facts with(String was, String is) {
    if (!TOLD.contains(was)) {
      throw new IllegalArgumentException("the fixture has no '" + was + "'");
    }
    return FactsReader.read(TOLD.replaceFirst(Pattern.quote(was), is));
  }
}
