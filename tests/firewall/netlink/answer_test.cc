#include "firewall/netlink/answer.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace portcullis::firewall {
namespace {

TEST(KernelRefusal, TellsApartWhatCallersTellApart) {
    EXPECT_EQ(kernel_refusal("x", 85).fault, KernelFault::stale);
    EXPECT_EQ(kernel_refusal("x", EPERM).fault, KernelFault::owned);
    EXPECT_EQ(kernel_refusal("x", EOPNOTSUPP).fault, KernelFault::unsupported);
    EXPECT_EQ(kernel_refusal("x", EEXIST).fault, KernelFault::refused);
}

TEST(KernelRefusal, IsASentence) {
    EXPECT_EQ(kernel_refusal("add set ban4", ENOENT).text,
              "cannot add set ban4: No such file or directory");
    EXPECT_EQ(kernel_refusal("change the ruleset", 85).text,
              "cannot change the ruleset: the ruleset was changed meanwhile");
}

TEST(KernelError, IsThrownByValueOfAnAnswer) {
    const Answer<int> answer = refused_unasked("a name of 300 bytes");
    EXPECT_THROW(answer.value(), std::runtime_error);
    EXPECT_EQ(answer.error().number, 0);
}

}  // namespace
}  // namespace portcullis::firewall
