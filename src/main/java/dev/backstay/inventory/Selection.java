package dev.backstay.inventory;
import java.util.*;
public final class Selection {
  private final List<String> t; private Selection(List<String> t) { this.t = t; }
  public static Selection parse(List<String> terms) { return new Selection(terms); }
  public List<Gateway> resolve(Inventory inv, OptionalInt count) {
    return inv.gateways().stream().filter(g -> t.contains(g.name()) || g.tags().stream().anyMatch(x -> t.contains("tag:" + x))).toList();
  }
}
