package dev.backstay.health;

import dev.backstay.health.DetectionBench.Row;
import dev.backstay.health.DetectionTrial.Outcomes;
import dev.backstay.health.DetectionTrial.Rule;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * The table of detection as SVG: a line for each fleet, a bar for each rule, its parts being the
 * shares of fail, inconclusive and pass. Light and dark follow the reader.
 */
final class DetectionPicture {
  private static final int LEFT = 320;
  private static final int COLUMN = 205;
  private static final int BAR = 110;
  private static final int LINE = 20;
  private static final int TOP = 92;

  private static final String STYLE =
      """
      text { font: 12px system-ui, sans-serif; fill: #1b1f24; }
      .title { font-size: 15px; font-weight: 600; }
      .head { font-weight: 600; }
      .soft { fill: #57606a; }
      .page { fill: #ffffff; }
      .fail { fill: #b3261e; }
      .inconclusive { fill: #d9a514; }
      .pass { fill: #c9d6df; }
      .rule { stroke: #d0d7de; }
      @media (prefers-color-scheme: dark) {
        text { fill: #e6edf3; }
        .soft { fill: #9aa7b2; }
        .page { fill: #0d1117; }
        .fail { fill: #f2695f; }
        .inconclusive { fill: #e3b341; }
        .pass { fill: #3b4a57; }
        .rule { stroke: #30363d; }
      }
      """;

  private final StringWriter out = new StringWriter();
  private final XMLStreamWriter xml;

  private DetectionPicture() throws XMLStreamException {
    xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out);
  }

  static String of(List<Row> rows, int runs) {
    try {
      return new DetectionPicture().draw(rows, runs);
    } catch (XMLStreamException e) {
      throw new IllegalStateException("a picture in memory takes what fits", e);
    }
  }

  private String draw(List<Row> rows, int runs) throws XMLStreamException {
    int width = LEFT + COLUMN * Rule.values().length;
    int groups = (int) rows.stream().map(DetectionPicture::group).distinct().count();
    int height = TOP + LINE * (rows.size() + groups) + 12;
    xml.writeStartElement("svg");
    attributes(
        "xmlns",
        "http://www.w3.org/2000/svg",
        "viewBox",
        "0 0 %d %d".formatted(width, height),
        "role",
        "img",
        "aria-labelledby",
        "title");
    xml.writeStartElement("style");
    xml.writeCharacters(STYLE);
    xml.writeEndElement();
    rectangle("page", 0, 0, width, height);
    text("title", 12, 24, "Who sees that clients cannot connect", "id", "title");
    text(
        "soft",
        12,
        44,
        "All sessions lost at 0 s. %d runs a line; beside each bar, the median of the seconds to a fail."
            .formatted(runs));
    legend();
    int column = LEFT;
    for (Rule rule : Rule.values()) {
      text("head", column, TOP - 10, rule.title());
      column += COLUMN;
    }
    rows(rows, width);
    xml.writeEndElement();
    xml.flush();
    return out + "\n";
  }

  private void legend() throws XMLStreamException {
    int at = 12;
    for (Says says : List.of(Says.FAIL, Says.INCONCLUSIVE, Says.PASS)) {
      rectangle(says.word(), at, 56, 12, 12);
      text("soft", at + 18, 66, says.word());
      at += 100;
    }
  }

  private void rows(List<Row> rows, int width) throws XMLStreamException {
    int y = TOP;
    String group = "";
    for (Row row : rows) {
      if (!group.equals(group(row))) {
        group = group(row);
        xml.writeEmptyElement("line");
        attributes(
            "class",
            "rule",
            "x1",
            "12",
            "x2",
            Integer.toString(width - 12),
            "y1",
            Integer.toString(y),
            "y2",
            Integer.toString(y));
        text("head", 12, y + 15, group);
        y += LINE;
      }
      text("", 28, y + 14, row.fleet());
      int x = LEFT;
      for (Rule rule : Rule.values()) {
        bar(row.of(rule), x, y);
        x += COLUMN;
      }
      y += LINE;
    }
  }

  private static String group(Row row) {
    String churn = DetectionBench.percent(row.trial().churn());
    return row.trial().loss() == 0
        ? "Nothing wrong, churn " + churn
        : "%s lost, churn %s".formatted(DetectionBench.percent(row.trial().loss()), churn);
  }

  private void bar(Outcomes outcomes, int x, int y) throws XMLStreamException {
    double at = x;
    for (Says says : List.of(Says.FAIL, Says.INCONCLUSIVE, Says.PASS)) {
      double width = outcomes.share(says) * BAR;
      if (width > 0) {
        rectangle(says.word(), at, y + 3, width, LINE - 6);
      }
      at += width;
    }
    String seconds = outcomes.secondsToFail(0.5).map("%.0f s"::formatted).orElse("");
    text("soft", x + BAR + 6, y + 14, seconds);
  }

  private void rectangle(String kind, double x, double y, double width, double height)
      throws XMLStreamException {
    xml.writeEmptyElement("rect");
    attributes(
        "class",
        kind,
        "x",
        number(x),
        "y",
        number(y),
        "width",
        number(width),
        "height",
        number(height));
  }

  private void text(String kind, int x, int y, String text, String... more)
      throws XMLStreamException {
    xml.writeStartElement("text");
    attributes("class", kind, "x", Integer.toString(x), "y", Integer.toString(y));
    attributes(more);
    xml.writeCharacters(text);
    xml.writeEndElement();
  }

  private void attributes(String... pairs) throws XMLStreamException {
    for (int i = 0; i < pairs.length; i += 2) {
      xml.writeAttribute(pairs[i], pairs[i + 1]);
    }
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
